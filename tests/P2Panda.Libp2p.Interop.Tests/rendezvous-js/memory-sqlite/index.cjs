// The rendezvous server keeps its registrations in SQLite through better-sqlite3, whose native part would have to be compiled or
// downloaded. Its few statements over an array in memory are enough for a test.
module.exports = class Database {
  #registrations = []
  #lastId = 0n

  defaultSafeIntegers () { return this }
  exec () { return this }
  close () {}

  prepare (statement) {
    const sql = statement.replace(/\s+/g, ' ').trim()
    if (sql.startsWith('INSERT INTO registrations')) {
      return { run: row => this.#registrations.push({ ...row, id: ++this.#lastId, expiration: BigInt(row.expiration), signed_peer_record: Buffer.from(row.signed_peer_record.subarray()) }) }
    }
    if (sql.startsWith('DELETE FROM registrations WHERE peer')) {
      return { run: which => this.#keep(row => row.peer !== which.peer || row.namespace !== which.namespace) }
    }
    if (sql.startsWith('DELETE FROM registrations WHERE expiration <')) {
      return { run: which => this.#keep(row => row.expiration >= which.expiration) }
    }
    if (sql.startsWith('SELECT')) {
      const inNamespace = sql.includes('namespace = :namespace')
      const alive = sql.includes('expiration > :expiration')
      return {
        iterate: which => {
          const found = this.#registrations.filter(row => row.id > which.cursor &&
            (!inNamespace || row.namespace === which.namespace) && (!alive || row.expiration > which.expiration))
          return (sql.endsWith('DESC') ? found.reverse() : found).values()
        }
      }
    }
    throw new Error(`A statement this stand-in does not know: ${sql}`)
  }

  #keep (condition) {
    this.#registrations = this.#registrations.filter(condition)
  }
}
