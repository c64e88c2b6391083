// Draws nodes and links at the places Python computed, with pyvis's own vis-network; says which node was clicked.
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

export default function ({parentElement, data, setTriggerValue}) {
  const element = parentElement.querySelector('.landscape-network')
  const status = parentElement.querySelector('.landscape-network-status')
  const colour = getComputedStyle(parentElement).getPropertyValue('--st-text-color').trim() || '#17211f'
  element.style.height = `${data.height}px`
  element.setAttribute('aria-label', data.label)
  element.pick = id => setTriggerValue('picked', id)
  element.gone = false
  element.turn = (element.turn ?? Promise.resolve()).then(async () => {
    if (element.gone || element.drawnKey === data.version + colour) return
    const {Network} = await vis()
    const nodes = data.nodes.map(node => ({...node, title: asText(node.title), font: {color: colour, size: 14}}))
    const edges = data.edges.map(edge => ({...edge, title: asText(edge.title)}))
    element.network?.destroy()
    element.network = new Network(element, {nodes, edges}, data.options)
    element.network.on('click', event => { if (event.nodes[0] !== undefined) element.pick(String(event.nodes[0])) })
    element.network.fit()
    element.drawnKey = data.version + colour
    status.textContent = ''
    element.dataset.drawn = String(Number(element.dataset.drawn ?? 0) + 1)
  }).catch(() => { status.textContent = 'The diagram cannot be drawn in this browser. The table has the same rows.' })
  return () => { element.gone = true; element.network?.destroy(); element.network = null; element.drawnKey = null }
}
