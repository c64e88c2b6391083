// Draws a Plotly figure and keeps the reader's zoom while its values change; says which place was clicked.
let library
const plotly = () => library ??= new Promise((done, failed) => {
  if (globalThis.Plotly) return done(globalThis.Plotly)
  const script = document.createElement('script')
  script.src = '/vendor/plotly.min.js'
  script.onload = () => done(globalThis.Plotly)
  script.onerror = failed
  document.head.append(script)
})

const inTheme = (value, background) => value === '@background' ? background : value

// The zoom at which these bounds fill the element; tiles of MapLibre are 512 pixels wide.
function fitted(bounds, element) {
  const {clientWidth: width, clientHeight: height} = element
  if (!bounds || !width || !height) return {}
  const [west, south, east, north] = bounds
  const latitude = (south + north) / 2
  const across = Math.max(east - west, 0.002) / 360
  const up = Math.max(north - south, 0.002) / 360 / Math.max(Math.cos(latitude * Math.PI / 180), 0.1)
  const zoom = Math.min(Math.log2(width / 512 / across), Math.log2(height / 512 / up)) - 0.12
  return {center: {lon: (west + east) / 2, lat: latitude}, zoom: Math.min(Math.max(zoom, 0), 16)}
}

function themed(figure, style, element) {
  const background = style.getPropertyValue('--st-background-color').trim() || '#ffffff'
  const text = style.getPropertyValue('--st-text-color').trim() || '#17211f'
  const data = figure.data.map(trace => ({...trace,
    ...(trace.marker?.color && {marker: {...trace.marker, color: inTheme(trace.marker.color, background)}}),
    ...(trace.colorscale && {colorscale: trace.colorscale.map(([at, colour]) => [at, inTheme(colour, background)])})}))
  const layout = {...figure.layout, paper_bgcolor: background, font: {color: text},
    hoverlabel: {bgcolor: background, bordercolor: text, font: {color: text, size: 13}}}
  layout.map = {...figure.layout.map, ...fitted(figure.layout.meta?.bounds, element), style: 'white-bg'}
  return {data, layout}
}

export default function ({parentElement, data, setTriggerValue}) {
  const element = parentElement.querySelector('.landscape-map')
  const status = parentElement.querySelector('.landscape-map-status')
  element.style.height = `${data.height}px`
  element.setAttribute('aria-label', data.label)
  element.pick = id => setTriggerValue('picked', id)
  element.gone = false
  const turn = element.turn = (element.turn ?? 0) + 1
  // A drawing that was cut short never ends, so the next one does not wait for it for ever.
  const before = Promise.race([element.drawing, new Promise(done => setTimeout(done, element.drawing ? 2000 : 0))])
  element.drawing = Promise.all([plotly(), before]).then(async ([Plotly]) => {
    if (element.gone || turn !== element.turn) return
    const {data: traces, layout} = themed(data.figure, getComputedStyle(parentElement), element)
    await Plotly.react(element, traces, layout, {responsive: true, displaylogo: false, displayModeBar: true,
      modeBarButtons: [['zoomInMap', 'zoomOutMap', 'resetViewMap']], doubleClick: false})
    // A style of our own would be set anew at each drawing, and fail over the layers Plotly has added to it.
    element._fullLayout.map._subplot.map.setPaintProperty('white-bg', 'background-color', layout.paper_bgcolor)
    if (!element.wired) {
      element.wired = true
      element.on('plotly_click', event => {
        const point = event.points[0]
        const id = point.customdata ?? point.location
        if (id) element.pick(String(id))
      })
    }
    status.textContent = ''
    element.dataset.drawn = String(Number(element.dataset.drawn ?? 0) + 1)
  }).catch(() => {
    status.textContent = 'The map cannot be drawn in this browser (it needs WebGL). The table has the same rows.'
  })
  return () => {
    element.gone = true
    // Streamlit also calls this before it hands over new data; only an element that is left for good is emptied.
    setTimeout(() => {
      if (!element.gone) return
      globalThis.Plotly?.purge(element)
      element.wired = false
    })
  }
}
