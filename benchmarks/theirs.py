"""The peers, called as their own documentation does; what can be built beforehand is, and is not timed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from timing import Arrays, Prepare, serve

Work = Callable[[], Arrays]
WEIGHTS = (1.0, 0.68, 0.22)


def enhanced_from_coordinates(data: Arrays) -> Work:
    """PySAL access: Euclidean distances of points, then the enhanced two-step measure."""
    import geopandas as gpd
    from access import Access

    catchment = float(data["catchment_m"])
    areas = gpd.GeoDataFrame(
        {"geoid": np.arange(len(data["demand"])), "people": data["demand"]},
        geometry=gpd.points_from_xy(*data["demand_points"].T),
        crs="EPSG:27700",
    )
    services = gpd.GeoDataFrame(
        {"geoid": np.arange(len(data["supply"])), "places": data["supply"]},
        geometry=gpd.points_from_xy(*data["supply_points"].T),
        crs="EPSG:27700",
    )

    def work() -> Arrays:
        found = Access(
            demand_df=areas,
            demand_index="geoid",
            demand_value="people",
            supply_df=services,
            supply_index="geoid",
            supply_value="places",
        )
        found.create_euclidean_distance(name="metres", threshold=catchment)
        found.enhanced_two_stage_fca(name="access", cost="metres", max_cost=catchment, weight_fn=_steps(catchment))
        return {"access": found.access_df["access_places"].fillna(0.0).to_numpy()}

    return work


def enhanced_given_pairs(data: Arrays) -> Work:
    """PySAL access with the table of costs at hand."""
    import pandas as pd
    from access import Access

    catchment = float(data["catchment_m"])
    found = Access(
        demand_df=pd.DataFrame({"geoid": np.arange(len(data["demand"])), "people": data["demand"]}),
        demand_index="geoid",
        demand_value="people",
        supply_df=pd.DataFrame({"geoid": np.arange(len(data["supply"])), "places": data["supply"]}),
        supply_index="geoid",
        supply_value="places",
        cost_df=pd.DataFrame({"origin": data["rows"], "dest": data["indices"], "metres": data["metres"]}),
        cost_origin="origin",
        cost_dest="dest",
        cost_name="metres",
    )

    def work() -> Arrays:
        found.enhanced_two_stage_fca(name="access", cost="metres", max_cost=catchment, weight_fn=_steps(catchment))
        return {"access": found.access_df["access_places"].fillna(0.0).to_numpy()}

    return work


def _steps(catchment_m: float) -> Callable[[float], float]:
    from access import weights

    found: Callable[[float], float] = weights.step_fn(
        {catchment_m * (i + 1) / len(WEIGHTS): weight for i, weight in enumerate(WEIGHTS)}
    )
    return found


def coverage(data: Arrays) -> Work:
    """Geopandas: join within a distance, then add up the open hours of each context's venues."""
    import geopandas as gpd
    import pandas as pd

    contexts = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*data["contexts"].T), crs="EPSG:27700")
    venues = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*data["venues"].T), crs="EPSG:27700")
    open_at = pd.DataFrame(data["flags"])
    within_m = float(data["within_m"])

    def work() -> Arrays:
        near = contexts.sjoin(venues, predicate="dwithin", distance=within_m)
        counted = open_at.take(near["index_right"]).groupby(near.index.to_numpy()).sum()
        return {"open": counted.reindex(contexts.index, fill_value=0).to_numpy().astype(np.int32)}

    return work


def betweenness(data: Arrays) -> Work:
    """NetworkX: betweenness of every node over all shortest paths."""
    import networkx as nx

    graph = _graph(data)
    return lambda: {"betweenness": np.array(list(nx.betweenness_centrality(graph).values()))}


def betweenness_sampled(data: Arrays) -> Work:
    """NetworkX: the paths from some nodes only, as its own parameter k does; seconds grow with their number."""
    import networkx as nx

    graph = _graph(data)
    k = int(data["sources"])
    return lambda: {"betweenness": np.array(list(nx.betweenness_centrality(graph, k=k, seed=1).values()))}


def siting(data: Arrays) -> Work:
    """Spopt: the maximal covering model from a matrix of costs, solved to the optimum by CBC."""
    import pulp
    from scipy.spatial.distance import cdist
    from spopt.locate import MCLP

    cost = cdist(data["demand_points"], data["site_points"])

    def work() -> Arrays:
        model = MCLP.from_cost_matrix(cost, data["weight"], float(data["radius_m"]), int(data["p"]))
        model = model.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0.0), results=False)
        return {"value": np.array(pulp.value(model.problem.objective))}

    return work


def attack_curve(data: Arrays) -> Work:
    """NetworkX, the plain loop: take a node away, look for the largest part, and again."""
    import networkx as nx

    whole = _graph(data)

    def work() -> Arrays:
        graph = whole.copy()
        largest = [max(map(len, nx.connected_components(graph)))]
        for node in data["order"].tolist():
            graph.remove_node(node)
            largest.append(max(map(len, nx.connected_components(graph)), default=0))
        return {"largest": np.array(largest)}

    return work


def single_points(data: Arrays) -> Work:
    """NetworkX, the plain loop: without this node, are there more parts than before?"""
    import networkx as nx

    graph = _graph(data)

    def work() -> Arrays:
        parts = nx.number_connected_components(graph)
        found = []
        for node in list(graph):
            links = list(graph.edges(node))
            graph.remove_node(node)
            if nx.number_connected_components(graph) > parts - (not links):
                found.append(node)
            graph.add_node(node)
            graph.add_edges_from(links)
        return {"nodes": np.sort(np.array(found, np.int64))}

    return work


def articulation(data: Arrays) -> Work:
    """NetworkX, its own algorithm."""
    import networkx as nx

    graph = _graph(data)
    return lambda: {"nodes": np.sort(np.fromiter(nx.articulation_points(graph), np.int64))}


def _graph(data: Arrays):  # noqa: ANN202
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(int(data["n"])))
    graph.add_edges_from(data["edges"].tolist())
    return graph


CASES: dict[str, Prepare] = {
    case.__name__: case
    for case in (
        enhanced_from_coordinates,
        enhanced_given_pairs,
        coverage,
        betweenness,
        betweenness_sampled,
        siting,
        attack_curve,
        single_points,
        articulation,
    )
}

if __name__ == "__main__":
    serve(CASES, ["access", "spopt", "geopandas", "networkx", "PuLP", "pandas", "numpy", "scipy", "shapely"])
