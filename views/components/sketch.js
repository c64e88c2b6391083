// An area drawn on a MapLibre map by mouse, finger or keyboard: corners as longitude and latitude, to about 0.1 m.
const MOST_CORNERS = 500
const KEYS_OF_SKETCH = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}
const HOW_TO_SKETCH = 'Click the corners on the map. Or by keyboard: arrow keys move the map under the cross, '
  + 'Space puts a corner there, plus and minus zoom, Enter is done, Escape clears.'

class Sketch {
  // `element` holds the map; the bar and the cross are laid beside and over it while drawing is on.
  constructor(element, frame) {
    this.element = element
    this.corners = []
    this.bar = frame.querySelector('.landscape-sketch-bar')
    this.over = frame.querySelector('.landscape-sketch')
    this.told = this.bar.querySelector('[role=status]')
    const button = name => this.bar.querySelector(`[data-do=${name}]`)
    this.buttons = {undo: button('undo'), clear: button('clear'), done: button('done')}
    for (const name of Object.keys(this.buttons)) this.buttons[name].onclick = () => this[name]()
    element.addEventListener('keydown', event => this.key(event), true)
  }

  set(on, map, report) {
    this.report = report
    if (this.on === on && this.map === map) return this.draw()
    this.map = map
    this.on = on
    this.corners = []
    for (const shown of [this.bar, this.over]) shown.toggleAttribute('hidden', !on)  // SVG has no property for it
    this.element.classList.toggle('landscape-sketching', on)
    this.follow ??= () => this.draw()
    this.put ??= event => this.add(event.lngLat)
    map[on ? 'on' : 'off']('move', this.follow)
    map[on ? 'on' : 'off']('resize', this.follow)
    map[on ? 'on' : 'off']('click', this.put)
    if (on) this.element.setAttribute('tabindex', '0')
    else this.element.removeAttribute('tabindex')
    this.element.setAttribute('role', on ? 'application' : 'group')
    if (on) this.element.setAttribute('aria-description', HOW_TO_SKETCH)
    else this.element.removeAttribute('aria-description')
    this.draw()
  }

  add({lng, lat}) {
    const round = degrees => Math.round(degrees * 1e6) / 1e6
    const corner = [round(((lng + 180) % 360 + 360) % 360 - 180), round(lat)]
    const last = this.corners.at(-1)
    if (this.corners.length >= MOST_CORNERS || (last && last[0] === corner[0] && last[1] === corner[1])) return
    this.corners.push(corner)
    this.draw()
  }

  undo() {
    this.corners.pop()
    this.draw()
  }

  clear() {
    this.corners = []
    this.draw()
  }

  done() {
    if (this.corners.length < 3) return
    this.report(this.corners.map(corner => [...corner]))
    this.draw('The area was handed over.')
  }

  key(event) {
    if (!this.on || event.target !== this.element || event.ctrlKey || event.metaKey || event.altKey) return
    const pixels = event.shiftKey ? 10 : 40
    const step = KEYS_OF_SKETCH[event.key]
    if (step) this.map.panBy(step.map(way => way * pixels), {animate: false})
    else if (event.key === ' ') this.add(this.map.getCenter())
    else if (event.key === '+' || event.key === '=') this.map.zoomTo(this.map.getZoom() + 0.5, {animate: false})
    else if (event.key === '-') this.map.zoomTo(this.map.getZoom() - 0.5, {animate: false})
    else if (event.key === 'Enter') this.done()
    else if (event.key === 'Escape') this.clear()
    else if (event.key === 'Backspace') this.undo()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  draw(said) {
    if (!this.on) return
    const points = this.corners.map(corner => {
      const {x, y} = this.map.project(corner)
      return `${x.toFixed(1)},${y.toFixed(1)}`
    })
    this.over.querySelector('polygon').setAttribute('points', points.join(' '))
    this.over.querySelector('g').replaceChildren(...points.map(point => {
      const dot = document.createElementNS('http://www.w3.org/2000/svg', 'circle')
      const [x, y] = point.split(',')
      for (const [name, value] of Object.entries({cx: x, cy: y, r: 4})) dot.setAttribute(name, value)
      return dot
    }))
    const count = this.corners.length
    this.buttons.undo.disabled = this.buttons.clear.disabled = count === 0
    this.buttons.done.disabled = count < 3
    const told = said ?? (count === 0 ? HOW_TO_SKETCH : `${count} ${count === 1 ? 'corner' : 'corners'}`
      + (count < 3 ? `; ${3 - count} more before it is an area.` : count < MOST_CORNERS ? '.' : ', the most there can be.'))
    if (this.told.textContent !== told) this.told.textContent = told
  }
}
