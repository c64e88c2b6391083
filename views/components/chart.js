// Draws a Plotly chart in the colours of the page's theme; says which point was clicked.
let library
const plotly = () => library ??= new Promise((done, failed) => {
  if (globalThis.Plotly) return done(globalThis.Plotly)
  const script = document.createElement('script')
  script.src = '/vendor/plotly.min.js'
  script.onload = () => done(globalThis.Plotly)
  script.onerror = failed
  document.head.append(script)
})

const isDark = colour => {
  const context = document.createElement('canvas').getContext('2d')
  context.fillStyle = colour
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(context.fillStyle.slice(at, at + 2), 16))
  return red * 0.3 + green * 0.6 + blue * 0.1 < 128
}

// Names of colours, such as "@shortfall", become the colours of the theme.
function themed({figure, colours}, style) {
  const background = style.getPropertyValue('--st-background-color').trim() || '#ffffff'
  const text = style.getPropertyValue('--st-text-color').trim() || '#17211f'
  const own = Object.entries(colours).map(([name, pair]) => [name, pair[Number(isDark(background))]])
  const all = {...Object.fromEntries(own), '@background': background, '@text': text}
  const {data, layout} = JSON.parse(JSON.stringify(figure), (_, value) => all[value] ?? value)
  return {data, layout: {...layout, paper_bgcolor: background, plot_bgcolor: background,
    font: {...layout.font, color: text, family: style.getPropertyValue('--st-font') || 'sans-serif'},
    hoverlabel: {bgcolor: background, bordercolor: text, font: {color: text, size: 13}}}}
}

export default function ({parentElement, data, setTriggerValue}) {
  const element = parentElement.querySelector('.landscape-chart')
  const status = parentElement.querySelector('.landscape-chart-status')
  element.style.height = `${data.height}px`
  element.setAttribute('aria-label', data.label)
  element.pick = id => setTriggerValue('picked', id)
  element.gone = false
  const turn = element.turn = (element.turn ?? 0) + 1
  plotly().then(async Plotly => {
    if (element.gone || turn !== element.turn) return
    const {data: traces, layout} = themed(data, getComputedStyle(parentElement))
    await Plotly.react(element, traces, layout, {responsive: true, displayModeBar: false, doubleClick: false})
    if (!element.wired) {
      element.wired = true
      element.on('plotly_click', event => {
        const id = event.points[0].customdata
        if (id) element.pick(String(id))
      })
    }
    status.textContent = ''
    element.dataset.drawn = String(Number(element.dataset.drawn ?? 0) + 1)
  }).catch(() => {
    status.textContent = 'The chart cannot be drawn in this browser. The table has the same rows.'
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
