# The app alone; compose.yaml starts it with Neo4j beside it.
FROM python:3.12-slim

WORKDIR /srv/landscape
COPY pyproject.toml constraints.txt README.md LICENSE app.py cli.py ./
COPY graphmodel graphmodel
COPY ingest ingest
COPY analysis analysis
COPY queries queries
COPY views views
COPY demo demo
COPY docs docs
RUN pip install --no-cache-dir --disable-pip-version-check -c constraints.txt . \
    && useradd --system --create-home --home-dir /data landscape

USER landscape
WORKDIR /data
# Inside the container the app listens to the host; compose publishes the port on the host's loopback only.
ENV LANDSCAPE_DATA_DIR=/data LANDSCAPE_LISTEN=0.0.0.0 LANDSCAPE_PORT=8501
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["landscape", "up", "--no-browser"]
