// Node 20 lacks Promise.withResolvers, which js-libp2p 3 uses. Import this file before libp2p.
Promise.withResolvers ??= function () {
  let resolve
  let reject
  const promise = new this((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
