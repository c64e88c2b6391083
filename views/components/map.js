// Draws a Plotly figure and keeps the reader's zoom while its values change; says which place was clicked or which
// area was drawn.
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
  const background = ownColour(style, '--st-background-color', '#ffffff')
  const text = ownColour(style, '--st-text-color', '#17211f')
  const data = figure.data.map(trace => ({...trace,
    ...(trace.marker?.color && {marker: {...trace.marker, color: inTheme(trace.marker.color, background)}}),
    ...(trace.colorscale && {colorscale: trace.colorscale.map(([at, colour]) => [at, inTheme(colour, background)])})}))
  const layout = {...figure.layout, paper_bgcolor: background, font: {color: text},
    hoverlabel: hoverColours(background, text)}
  layout.map = {...figure.layout.map, ...fitted(figure.layout.meta?.bounds, element), style: 'white-bg'}
  return {data, layout}
}

export default function ({parentElement, data: bytes, setTriggerValue}) {
  const element = parentElement.querySelector('.landscape-map')
  const status = parentElement.querySelector('.landscape-map-status')
  const wanted = begun(element, id => element.sketch?.on || setTriggerValue('picked', id))
  // A drawing that was cut short never ends, so the next one does not wait for it for ever.
  const before = Promise.race([element.drawing, new Promise(done => setTimeout(done, element.drawing ? 2000 : 0))])
  element.drawing = Promise.all([plotly(), unpacked(bytes), before]).then(async ([Plotly, data]) => {
    if (!wanted()) return
    shaped(element, data)
    const {data: traces, layout} = themed(data.figure, getComputedStyle(parentElement), element)
    await Plotly.react(element, traces, layout, {responsive: true, displaylogo: false, displayModeBar: true,
      modeBarButtons: [['zoomInMap', 'zoomOutMap', 'resetViewMap']], doubleClick: false})
    const map = element._fullLayout.map._subplot.map
    // A style of our own would be set anew at each drawing, and fail over the layers Plotly has added to it.
    map.setPaintProperty('white-bg', 'background-color', layout.paper_bgcolor)
    if (data.drawing || element.sketch) {
      element.sketch ??= new Sketch(element, parentElement)
      element.sketch.set(Boolean(data.drawing), map, corners => setTriggerValue('sketched', corners))
    }
    status.textContent = ''
    drawnOnce(element, point => point.customdata ?? point.location)
  }).catch(() => {
    status.textContent = 'The map cannot be drawn in this browser (it needs WebGL). The table has the same rows.'
  })
  return emptied(element)
}
