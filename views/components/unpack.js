// What Python packed: JSON, compressed by zlib.
const unpacked = bytes =>
  new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))).json()
