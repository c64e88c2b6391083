// Draws nodes and links at the places Python computed, with pyvis's own vis-network; says which one was clicked.
let library
const vis = () => library ??= new Promise((done, failed) => {
  if (globalThis.vis?.Network) return done(globalThis.vis)
  const script = document.createElement('script')
  script.src = '/vis/vis-network.min.js'
  script.onload = () => done(globalThis.vis)
  script.onerror = failed
  document.head.append(script)
})

// vis-network takes a string title for HTML only when it is an element; this one is text and stays text.
const asText = title => {
  const box = document.createElement('div')
  box.style.whiteSpace = 'pre-line'
  box.textContent = title ?? ''
  return box
}

// How many times the diagram is made smaller to fit: dots and names are made as much larger, to stay readable.
function shrunk(nodes, element) {
  const span = axis => Math.max(...nodes.map(n => n[axis])) - Math.min(...nodes.map(n => n[axis]))
  if (nodes.length < 2) return 1
  return Math.max(1, 1.25 * span('x') / element.clientWidth, 1.25 * span('y') / element.clientHeight)
}

export default function ({parentElement, data, setTriggerValue}) {
  const element = parentElement.querySelector('.landscape-network')
  const status = parentElement.querySelector('.landscape-network-status')
  const colour = getComputedStyle(parentElement).getPropertyValue('--st-text-color').trim() || '#17211f'
  element.style.height = `${data.height}px`
  element.setAttribute('aria-label', data.label)
  element.pick = id => setTriggerValue('picked', id)
  element.gone = false
  const turn = element.turn = (element.turn ?? 0) + 1
  vis().then(({Network}) => {
    if (element.gone || turn !== element.turn || element.drawnKey === data.version + colour) return
    const times = shrunk(data.nodes, element)
    const nodes = data.nodes.map(node => ({...node, title: asText(node.title), size: node.size * 0.45 * times,
      font: {color: colour, size: 12 * times}}))
    const edges = data.edges.map(edge => ({...edge, title: asText(edge.title), width: edge.width * times,
      dashes: edge.dashes && edge.dashes.map(length => length * times)}))
    element.network?.destroy()
    element.network = new Network(element, {nodes, edges}, data.options)
    element.network.on('click', event => {
      const id = event.nodes[0] ?? event.edges[0]
      if (id !== undefined) element.pick(String(id))
    })
    element.network.fit()
    element.drawnKey = data.version + colour
    status.textContent = ''
    element.dataset.drawn = String(Number(element.dataset.drawn ?? 0) + 1)
  }).catch(() => { status.textContent = 'The diagram cannot be drawn in this browser. The table has the same rows.' })
  return () => {
    element.gone = true
    // Streamlit also calls this before it hands over new data; only an element that is left for good is emptied.
    setTimeout(() => {
      if (!element.gone) return
      element.network?.destroy()
      element.network = element.drawnKey = null
    })
  }
}
