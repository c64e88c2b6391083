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

// The nodes at places that fill the element, whatever its shape: dots and names keep their size in pixels.
function spread(nodes, element) {
  const ends = axis => [Math.min(...nodes.map(n => n[axis])), Math.max(...nodes.map(n => n[axis]))]
  const [[west, east], [north, south]] = [ends('x'), ends('y')]
  const wide = Math.max(element.clientWidth - 170, 0.6 * element.clientWidth)
  const across = Math.min(wide / Math.max(east - west, 1), 1.6)
  const down = Math.min(0.84 * element.clientHeight / Math.max(south - north, 1), 1.6)
  return nodes.map(node => ({...node, x: (node.x - (west + east) / 2) * Math.min(across, 2.5 * down),
    y: (node.y - (north + south) / 2) * Math.min(down, 2.5 * across)}))
}

// Links come as id, ends, words between them, whose word they rest on, what else is told, and width.
function links({nodes, edges, styles}) {
  const names = Object.fromEntries(nodes.map(node => [node.id, node.title.split('\n')[0]]))
  return edges.map(([id, from, to, words, said, besides, width]) => ({id, from, to, width, color: styles[said][0],
    dashes: styles[said][1].length > 0 && styles[said][1],
    title: asText([`${names[from]} ${words} ${names[to]}`, besides].filter(line => line).join('\n'))}))
}

// The names that lie on no other, those with most links first; the others are said when pointed at.
function legible(nodes, edges) {
  const links = {}
  for (const {from, to} of edges) for (const id of [from, to]) links[id] = (links[id] ?? 0) + 1
  const kept = []
  for (const node of nodes.filter(n => n.label.trim()).sort((a, b) => (links[b.id] ?? 0) - (links[a.id] ?? 0))) {
    const half = node.label.length * 3.4
    if (kept.every(other => Math.abs(other.y - node.y) > 15 || Math.abs(other.x - node.x) > half + other.half))
      kept.push({id: node.id, x: node.x, y: node.y, half})
  }
  return new Set(kept.map(({id}) => id))
}

export default function ({parentElement, data: bytes, setTriggerValue}) {
  const element = parentElement.querySelector('.landscape-network')
  const status = parentElement.querySelector('.landscape-network-status')
  const colour = getComputedStyle(parentElement).getPropertyValue('--st-text-color').trim() || '#17211f'
  element.pick = id => setTriggerValue('picked', id)
  element.gone = false
  const turn = element.turn = (element.turn ?? 0) + 1
  Promise.all([vis(), unpacked(bytes)]).then(([{Network}, data]) => {
    if (element.gone || turn !== element.turn) return
    element.style.height = `${data.height}px`
    element.setAttribute('aria-label', data.label)
    if (element.drawnKey === data.version + colour) return
    const placed = spread(data.nodes, element), edges = links(data), named = legible(placed, edges)
    const smaller = placed.length > 60 ? 0.45 : 0.65
    const nodes = placed.map(node => ({...node, title: asText(node.title), size: node.size * smaller,
      label: named.has(node.id) ? node.label : ' ', font: {color: colour, size: 12}}))
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
