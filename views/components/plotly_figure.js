// What the map and the charts share: plotly.js out of the installed wheel, fetched once, and the end of a drawing.
let library
const plotly = () => library ??= new Promise((done, failed) => {
  if (globalThis.Plotly) return done(globalThis.Plotly)
  const script = document.createElement('script')
  script.src = '/vendor/plotly.min.js'
  script.onload = () => done(globalThis.Plotly)
  script.onerror = failed
  document.head.append(script)
})

const ownColour = (style, name, otherwise) => style.getPropertyValue(name).trim() || otherwise

const hoverColours = (background, text) => ({bgcolor: background, bordercolor: text, font: {color: text, size: 13}})

// Notes that a drawing begins; returns whether it is still the one that is wanted.
function begun(element, pick) {
  element.pick = pick
  element.gone = false
  const turn = element.turn = (element.turn ?? 0) + 1
  return () => !element.gone && turn === element.turn
}

function shaped(element, {height, label}) {
  element.style.height = `${height}px`
  element.setAttribute('aria-label', label)
}

// Counts a finished drawing, and listens for clicks from the first one on.
function drawnOnce(element, idOf) {
  if (!element.wired) {
    element.wired = true
    element.on('plotly_click', event => {
      const id = idOf(event.points[0])
      if (id) element.pick(String(id))
    })
  }
  element.dataset.drawn = String(Number(element.dataset.drawn ?? 0) + 1)
}

// Streamlit also calls this before it hands over new data; only an element that is left for good is emptied.
const emptied = element => () => {
  element.gone = true
  setTimeout(() => {
    if (!element.gone) return
    globalThis.Plotly?.purge(element)
    element.wired = false
  })
}
