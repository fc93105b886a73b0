// What the benchmark measures on the js side: the perf protocol, connect and stream latency, idle connections.
const PERF = '/perf/1.0.0'
const ONE = '/one-byte/1.0.0'
const PIECE = 65536

const drained = stream => new Promise((resolve, reject) => {
  stream.addEventListener('drain', resolve, { once: true })
  stream.addEventListener('close', event => reject(event.error ?? new Error('closed while full')), { once: true })
})

const upload = async (stream, bytes) => {
  const piece = new Uint8Array(PIECE)
  for (let left = bytes; left > 0; left -= PIECE) {
    if (!stream.send(left >= PIECE ? piece : piece.subarray(0, left))) await drained(stream)
  }
}

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))]
const summary = times => {
  times.sort((a, b) => a - b)
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95) }
}

export async function serve (node, limits) {
  await node.handle(PERF, async stream => {
    let head = Buffer.alloc(0)
    for await (const part of stream) {
      if (head.byteLength < 8) head = Buffer.concat([head, Buffer.from(part.subarray())]).subarray(0, 8)
    }
    await upload(stream, Number(head.readBigUInt64BE(0)))
    await stream.close()
  }, limits)
  await node.handle(ONE, async stream => {
    for await (const part of stream) stream.send(part)
    await stream.close()
  }, limits)
}

// One stream: upload, then download.
export async function perf (node, to, { upload: up, download: down }) {
  const stream = await node.dialProtocol(to, PERF)
  const head = Buffer.alloc(8)
  head.writeBigUInt64BE(BigInt(down), 0)
  const start = performance.now()
  stream.send(head)
  await upload(stream, up)
  await stream.close()
  let first
  let received = 0
  for await (const part of stream) {
    first ??= performance.now()
    received += part.byteLength
  }
  if (received !== down) throw new Error(`asked for ${down} bytes, got ${received}`)
  return { uploadMs: first - start, downloadMs: performance.now() - first }
}

const oneByte = async stream => {
  stream.send(new Uint8Array(1))
  for await (const part of stream) {
    if (part.byteLength > 0) break
  }
}

// New connection and one byte each way, one after the other.
export async function latency (node, to, { count }) {
  const times = []
  const begin = performance.now()
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    const connection = await node.dial(to, { force: true })
    const stream = await connection.newStream(ONE)
    await oneByte(stream)
    times.push(performance.now() - start)
    stream.abort(new Error('done'))
    await connection.close()
  }
  return { ...summary(times), perSecond: count / ((performance.now() - begin) / 1000) }
}

// New stream and one byte each way on one connection.
export async function streamLatency (node, to, { count }) {
  const connection = await node.dial(to)
  const times = []
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    const stream = await connection.newStream(ONE)
    await oneByte(stream)
    times.push(performance.now() - start)
    stream.abort(new Error('done'))
  }
  return summary(times)
}

// Opens connections and leaves them.
export async function idle (node, to, { count }) {
  for (let i = 0; i < count; i++) await node.dial(to, { force: true })
  globalThis.gc?.()
  return { connections: node.getConnections().length }
}
