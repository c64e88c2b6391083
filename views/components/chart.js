// Draws a Plotly chart in the colours of the page's theme; says which point was clicked.
const isDark = colour => {
  const context = document.createElement('canvas').getContext('2d')
  context.fillStyle = colour
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(context.fillStyle.slice(at, at + 2), 16))
  return red * 0.3 + green * 0.6 + blue * 0.1 < 128
}

// Names of colours, such as "@shortfall", become the colours of the theme.
function themed({figure, colours}, style) {
  const background = ownColour(style, '--st-background-color', '#ffffff')
  const text = ownColour(style, '--st-text-color', '#17211f')
  const own = Object.entries(colours).map(([name, pair]) => [name, pair[Number(isDark(background))]])
  const all = {...Object.fromEntries(own), '@background': background, '@text': text}
  const {data, layout} = JSON.parse(JSON.stringify(figure), (_, value) => all[value] ?? value)
  return {data, layout: {...layout, paper_bgcolor: background, plot_bgcolor: background,
    font: {...layout.font, color: text, family: ownColour(style, '--st-font', 'sans-serif')},
    hoverlabel: hoverColours(background, text)}}
}

export default function ({parentElement, data: bytes, setTriggerValue}) {
  const element = parentElement.querySelector('.landscape-chart')
  const status = parentElement.querySelector('.landscape-chart-status')
  const wanted = begun(element, id => setTriggerValue('picked', id))
  Promise.all([plotly(), unpacked(bytes)]).then(async ([Plotly, data]) => {
    if (!wanted()) return
    shaped(element, data)
    const {data: traces, layout} = themed(data, getComputedStyle(parentElement))
    await Plotly.react(element, traces, layout, {responsive: true, displayModeBar: false, doubleClick: false})
    status.textContent = ''
    drawnOnce(element, point => point.customdata)
  }).catch(() => {
    status.textContent = 'The chart cannot be drawn in this browser. The table has the same rows.'
  })
  return emptied(element)
}
