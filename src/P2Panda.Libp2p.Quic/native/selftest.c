/* The shim against itself in memory: a dialer and a listener on a simulated network with loss, reordering, duplication,
 * corruption and a dialer whose address changes, all in virtual time with fixed seeds. Prints one line per scenario.
 * Built with sanitizers it is the proof that nothing a peer or a network does corrupts memory here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <netinet/in.h>

#include "panda_quic.h"

#define MS 1000000ull
#define REQUIRE(condition)                                                                                                \
  do {                                                                                                                    \
    if (!(condition)) {                                                                                                   \
      fprintf(stderr, "%s:%d: %s\n", scenario, __LINE__, #condition);                                                     \
      exit(1);                                                                                                            \
    }                                                                                                                     \
  } while (0)

enum { STREAMS = 8, QUEUE = 16384, DATAGRAM = 1500, BURST = 40 };

typedef struct side {
  pq_context *context;
  pq_connection *connection;
  int refuse_certificate, established, opened, closed, resets, stops, writable, available, cids;
  uint64_t received[4 * 1024], wrong;   /* per stream number */
  int finished[4 * 1024], known[4 * 1024];
  uint64_t unread, last_length;
  int64_t last_stream;
  int status;
} side;

typedef struct flight {
  uint64_t at;
  int to_listener;
  uint32_t length;
  uint8_t bytes[DATAGRAM];
} flight;

static const char *scenario = "";
static side dialer, listener;
static flight *queue[QUEUE];
static int queued, rebound, require_token, retries;
static uint64_t now;
static uint32_t seed;
static struct { int loss, reorder, duplicate, corrupt; } network;   /* percent */
static struct sockaddr_in dialer_address, dialer_address_2, listener_address;
static uint8_t certificate[1024], key[1024];
static uint32_t certificate_length, key_length;

static uint32_t chance(void) { return (seed = seed * 1664525u + 1013904223u) >> 16; }
static int percent(int probability) { return (int)(chance() % 100) < probability; }
static uint8_t pattern(int64_t stream, uint64_t offset) { return (uint8_t)(offset * 7 + (uint64_t)stream + (offset >> 11)); }

/* ---- callbacks ---- */
static int on_verify(void *user, const uint8_t *der, uint32_t length) {
  return ((side *)user)->refuse_certificate || length != certificate_length || memcmp(der, certificate, length) != 0;
}
static void on_established(void *user) { ((side *)user)->established++; }
static void on_opened(void *user, int64_t id) { ((side *)user)->opened++, ((side *)user)->known[id >> 2] = 1; }
static void on_data(void *user, int64_t id, const uint8_t *data, uint32_t length, int fin) {
  side *me = user;
  uint64_t *received = &me->received[id >> 2];
  for (uint32_t i = 0; i < length; i++) me->wrong += data[i] != pattern(id, *received + i);
  *received += length;
  me->unread += length;
  me->last_stream = id;
  me->last_length = length;
  if (fin) me->finished[id >> 2]++;
}
static void on_reset(void *user, int64_t id, uint64_t code) { (void)id, (void)code, ((side *)user)->resets++; }
static void on_stopped(void *user, int64_t id) { (void)id, ((side *)user)->stops++; }
static void on_writable(void *user, int64_t id) { (void)id, ((side *)user)->writable++; }
static void on_closed(void *user, int64_t id) { (void)id, ((side *)user)->closed++; }
static void on_available(void *user) { ((side *)user)->available++; }
static void on_cid_added(void *user, const uint8_t *cid, uint32_t length) { (void)cid, (void)length, ((side *)user)->cids++; }
static void on_cid_removed(void *user, const uint8_t *cid, uint32_t length) { (void)cid, (void)length, ((side *)user)->cids--; }
static const pq_callbacks CALLBACKS = {on_verify, on_established, on_opened, on_data, on_reset, on_stopped, on_writable,
                                       on_closed, on_available, on_cid_added, on_cid_removed, NULL};

/* ---- the two ends ---- */
static void make_certificate(void) {
  gnutls_x509_privkey_t private_key;
  gnutls_x509_crt_t crt;
  size_t length = sizeof key;
  scenario = "certificate";
  REQUIRE(gnutls_x509_privkey_init(&private_key) == 0 && gnutls_x509_crt_init(&crt) == 0);
  REQUIRE(gnutls_x509_privkey_generate(private_key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0) == 0);
  REQUIRE(gnutls_x509_privkey_export_pkcs8(private_key, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN, key, &length) == 0);
  key_length = (uint32_t)length;
  REQUIRE(gnutls_x509_crt_set_version(crt, 3) == 0 && gnutls_x509_crt_set_serial(crt, "\1\2\3", 3) == 0);
  REQUIRE(gnutls_x509_crt_set_dn(crt, "CN=selftest", NULL) == 0 && gnutls_x509_crt_set_key(crt, private_key) == 0);
  REQUIRE(gnutls_x509_crt_set_activation_time(crt, 1) == 0 && gnutls_x509_crt_set_expiration_time(crt, 4000000000) == 0);
  REQUIRE(gnutls_x509_crt_sign2(crt, crt, private_key, GNUTLS_DIG_SHA256, 0) == 0);
  length = sizeof certificate;
  REQUIRE(gnutls_x509_crt_export(crt, GNUTLS_X509_FMT_DER, certificate, &length) == 0);
  certificate_length = (uint32_t)length;
  gnutls_x509_crt_deinit(crt);
  gnutls_x509_privkey_deinit(private_key);
}

static pq_config config = {10000, 30000, 0, 256, 1 << 20, 3 << 19, 1 << 20, 4 << 20, 1452, 0};

static pq_context *make_context(uint8_t secret, int with_certificate) {
  uint8_t secrets[PQ_SECRET_LENGTH];
  memset(secrets, secret, sizeof secrets);
  return pq_context_new(certificate, with_certificate ? certificate_length : 0, key, key_length, secrets, &CALLBACKS, &config);
}

static void begin(const char *name, uint32_t with_seed, int with_certificate) {
  scenario = name;
  seed = with_seed;
  now = 1000 * MS;
  rebound = require_token = retries = 0;
  memset(&network, 0, sizeof network);
  memset(&dialer, 0, sizeof dialer);
  memset(&listener, 0, sizeof listener);
  dialer.context = make_context(1, with_certificate);
  listener.context = make_context(2, 1);
  REQUIRE(dialer.context && listener.context);
  dialer.connection = pq_connect(dialer.context, &dialer, &dialer_address, sizeof dialer_address, &listener_address,
                                 sizeof listener_address, now);
  REQUIRE(dialer.connection);
}

static void end(void) {
  printf("ok %-28s %8.3f virtual s, %3d retries\n", scenario, (double)(now - 1000 * MS) / 1e9, retries);
  pq_free(dialer.connection);
  pq_free(listener.connection);
  pq_context_free(dialer.context);
  pq_context_free(listener.context);
  while (queued) free(queue[--queued]);
}

/* ---- the network ---- */
static void post(int to_listener, const uint8_t *bytes, uint32_t length) {
  if (percent(network.loss)) return;
  REQUIRE(queued < QUEUE && length <= DATAGRAM);
  flight *sent = malloc(sizeof *sent);
  sent->at = now + 2 * MS + (percent(network.reorder) ? chance() % 8000 * 1000ull : 0);
  sent->to_listener = to_listener;
  sent->length = length;
  memcpy(sent->bytes, bytes, length);
  if (percent(network.corrupt)) sent->bytes[chance() % length] ^= (uint8_t)(1 + chance() % 255);
  queue[queued++] = sent;
}

static void flush(side *from) {
  static uint8_t out[BURST * DATAGRAM];
  pq_packet packets[BURST];
  if (!from->connection || from->status) return;
  for (int count = BURST; count == BURST;) {
    count = pq_write(from->connection, out, sizeof out, packets, BURST, now);
    if (count < 0) {
      from->status = count;
      return;
    }
    for (uint32_t i = 0, offset = 0; i < (uint32_t)count; offset += packets[i++].size) {
      REQUIRE(packets[i].size <= 1452 && packets[i].remote_length == sizeof(struct sockaddr_in));
      post(from == &dialer, out + offset, packets[i].size);
      if (percent(network.duplicate)) post(from == &dialer, out + offset, packets[i].size);
    }
  }
}

static void say_goodbye(side *me, int kind, uint64_t code) {
  uint8_t out[DATAGRAM], remote[PQ_ADDRESS_MAX];
  uint32_t remote_length;
  int length = pq_close(me->connection, kind, code, (const uint8_t *)"bye", 3, out, 1452, remote, &remote_length, now);
  if (length > 0) post(me == &dialer, out, (uint32_t)length);
  if (!me->status) me->status = PQ_CLOSE;
}

static void deliver(flight *arrived) {
  side *to = arrived->to_listener ? &listener : &dialer;
  const struct sockaddr_in *here = arrived->to_listener ? &listener_address : &dialer_address;
  const struct sockaddr_in *there = arrived->to_listener ? (rebound ? &dialer_address_2 : &dialer_address) : &listener_address;
  uint8_t cid[PQ_CID_MAX], out[DATAGRAM];
  uint32_t cid_length, is_long, supported;
  if (pq_parse(arrived->bytes, arrived->length, cid, &cid_length, &is_long, &supported) != PQ_OK || to->status) return;
  if (arrived->to_listener && !listener.connection) {
    int status, length;
    listener.connection = pq_accept(listener.context, &listener, arrived->bytes, arrived->length, here, sizeof *here, there,
                                    sizeof *there, require_token, now, &status);
    if (!listener.connection) {
      if (status == PQ_RETRY && (length = pq_write_retry(listener.context, arrived->bytes, arrived->length, there,
                                                         sizeof *there, out, sizeof out, now)) > 0) {
        retries++;
        post(0, out, (uint32_t)length);
      }
      return;
    }
  }
  if (!to->connection) return;
  to->status = pq_read(to->connection, here, sizeof *here, there, sizeof *there, arrived->bytes, arrived->length, now);
  if (to->status == PQ_DROP && to == &listener) {   /* not even an Initial: as if it had never come */
    pq_free(listener.connection);
    listener.connection = NULL;
    listener.status = 0;
  } else if (to->status == PQ_CLOSE) {
    say_goodbye(to, PQ_CLOSE_PENDING, 0);
  }
}

static uint64_t expiry_of(const side *me) { return me->connection && !me->status ? pq_expiry(me->connection) : UINT64_MAX; }

/* One event before the limit: the next datagram or the next timer. False when there is none. */
static int step_before(uint64_t limit) {
  flush(&dialer);
  flush(&listener);
  int next = -1;
  uint64_t timer = expiry_of(&dialer) < expiry_of(&listener) ? expiry_of(&dialer) : expiry_of(&listener);
  for (int i = 0; i < queued; i++)
    if (next < 0 || queue[i]->at < queue[next]->at) next = i;
  if ((next < 0 || queue[next]->at >= limit) && timer >= limit) return 0;
  if (next >= 0 && queue[next]->at <= timer) {
    flight *arrived = queue[next];
    memmove(&queue[next], &queue[next + 1], sizeof *queue * (size_t)(--queued - next));
    if (arrived->at > now) now = arrived->at;
    deliver(arrived);
    free(arrived);
    return 1;
  }
  if (timer > now) now = timer;
  side *sides[] = {&dialer, &listener};
  for (int i = 0; i < 2; i++)
    if (expiry_of(sides[i]) <= now) {
      sides[i]->status = pq_on_timer(sides[i]->connection, now);
      if (sides[i]->status == PQ_CLOSE) say_goodbye(sides[i], PQ_CLOSE_PENDING, 0);
    }
  return 1;
}

static int step(void) { return step_before(UINT64_MAX); }

#define RUN_UNTIL(condition)                                                                                              \
  do {                                                                                                                    \
    for (long events = 0; !(condition); events++) REQUIRE(events < 2000000 && step());                                    \
  } while (0)

static void run_for(uint64_t duration) {
  uint64_t until = now + duration;
  while (step_before(until)) {}
  now = until;
}

static void connect_both(void) { RUN_UNTIL(dialer.established && listener.established); }

/* ---- scenarios ---- */
static void read_all(side *me) {
  if (me->unread) pq_stream_consume(me->connection, me->last_stream, me->unread), me->unread = 0;
}

/* Streams in both directions at once, each byte checked, the dialer moving to another port half way. */
static void transfer(const char *name, uint32_t with_seed, uint64_t bytes, int loss, int reorder, int duplicate, int corrupt,
                     int with_retry) {
  int64_t ids[STREAMS];
  uint64_t sent[2][STREAMS] = {{0}}, total = 0;
  int finished[2][STREAMS] = {{0}}, full[2][STREAMS] = {{0}}, seen_writable[2] = {0};
  static uint8_t data[65536];
  begin(name, with_seed, 1);
  network.loss = loss, network.reorder = reorder, network.duplicate = duplicate, network.corrupt = corrupt;
  require_token = with_retry;
  connect_both();
  REQUIRE(!with_retry || retries > 0);
  for (int i = 0; i < STREAMS; i++) REQUIRE((ids[i] = pq_stream_open(dialer.connection)) >= 0);
  for (;;) {
    int all_sent = 1;
    for (int direction = 0; direction < 2; direction++) {
      side *me = direction ? &listener : &dialer;
      for (int i = 0; i < STREAMS; i++) {
        if (finished[direction][i] || (direction == 1 && !listener.known[ids[i] >> 2])) {
          all_sent &= finished[direction][i];
          continue;
        }
        if (full[direction][i] && me->writable == seen_writable[direction]) {
          all_sent = 0;
          continue;
        }
        uint64_t left = bytes - sent[direction][i];
        uint32_t length = left < sizeof data ? (uint32_t)left : (uint32_t)sizeof data;
        for (uint32_t k = 0; k < length; k++) data[k] = pattern(ids[i], sent[direction][i] + k);
        int64_t taken = pq_stream_write(me->connection, ids[i], data, length, length == left);
        REQUIRE(taken >= 0);
        sent[direction][i] += (uint64_t)taken;
        full[direction][i] = taken < length;
        finished[direction][i] = taken == length && length == left;
        all_sent &= finished[direction][i];
      }
      seen_writable[direction] = me->writable;
    }
    REQUIRE(step() && !dialer.status && !listener.status);
    side *both[] = {&dialer, &listener};
    for (int k = 0; k < 2; k++)
      if (both[k]->unread) read_all(both[k]);
    total = 0;
    for (int i = 0; i < STREAMS; i++) total += listener.received[ids[i] >> 2];
    if (!rebound && total > bytes * STREAMS / 2) rebound = 1;
    if (all_sent && dialer.closed == STREAMS && listener.closed == STREAMS) break;
  }
  for (int i = 0; i < STREAMS; i++) {
    REQUIRE(dialer.received[ids[i] >> 2] == bytes && listener.received[ids[i] >> 2] == bytes);
    REQUIRE(dialer.finished[ids[i] >> 2] == 1 && listener.finished[ids[i] >> 2] == 1);
  }
  REQUIRE(dialer.wrong == 0 && listener.wrong == 0 && rebound);
  struct sockaddr_in seen;
  REQUIRE(pq_remote_address(listener.connection, &seen, sizeof seen) == sizeof seen);
  REQUIRE(seen.sin_port == dialer_address_2.sin_port);
  pq_info info;
  pq_get_info(dialer.connection, &info);
  REQUIRE(info.smoothed_rtt >= 4 * MS && info.path_mtu >= 1200 && info.streams_left > 0);
  network.loss = network.corrupt = 0;
  say_goodbye(&dialer, PQ_CLOSE_APPLICATION, 77);
  RUN_UNTIL(listener.status == PQ_DRAINING);
  uint8_t reason[16];
  uint64_t code;
  int is_application;
  REQUIRE(pq_close_reason(listener.connection, 1, &is_application, &code, reason, sizeof reason) == 3);
  REQUIRE(is_application && code == 77 && memcmp(reason, "bye", 3) == 0);
  end();
}

static void refused_certificates(void) {
  uint64_t code;
  int is_application;
  uint8_t reason[64];
  begin("listener refuses certificate", 11, 1);
  listener.refuse_certificate = 1;
  RUN_UNTIL(dialer.status == PQ_DRAINING);
  REQUIRE(!dialer.established && !listener.established);
  pq_close_reason(dialer.connection, 1, &is_application, &code, reason, sizeof reason);
  REQUIRE(!is_application && code == 0x12a);   /* CRYPTO_ERROR + bad_certificate */
  end();
  begin("dialer refuses certificate", 12, 1);
  dialer.refuse_certificate = 1;
  RUN_UNTIL(listener.status == PQ_DRAINING);
  REQUIRE(!dialer.established && !listener.established);
  end();
  begin("dialer has no certificate", 13, 0);
  RUN_UNTIL(dialer.status == PQ_DRAINING);
  REQUIRE(!dialer.established && !listener.established);
  end();
}

static void stream_limits(void) {
  begin("stream limit", 21, 1);
  connect_both();
  int64_t first = -1, id;
  int count = 0;
  while ((id = pq_stream_open(dialer.connection)) >= 0) {
    if (first < 0) first = id;
    REQUIRE(pq_stream_write(dialer.connection, id, (const uint8_t *)"x", 1, 0) == 1);
    count++;
  }
  REQUIRE(id == PQ_BLOCKED && count == 256);
  RUN_UNTIL(listener.opened == 256);
  REQUIRE(pq_stream_reset(dialer.connection, first, 5) == PQ_OK && pq_stream_stop(dialer.connection, first, 5) == PQ_OK);
  RUN_UNTIL(listener.resets == 1);
  dialer.available = 0;
  RUN_UNTIL(listener.closed == 1 && dialer.closed == 1 && dialer.available);
  REQUIRE(pq_stream_open(dialer.connection) >= 0);
  REQUIRE(pq_stream_open(dialer.connection) == PQ_BLOCKED);
  REQUIRE(pq_stream_write(dialer.connection, first, (const uint8_t *)"x", 1, 0) == PQ_GONE);
  end();
}

/* A listener that reads nothing holds no more than the windows; a dialer that hears nothing keeps no more than its buffers. */
static void flow_control(void) {
  static uint8_t data[65536];
  uint64_t taken_total = 0, received = 0;
  begin("flow control", 31, 1);
  connect_both();
  int64_t ids[4];
  for (int i = 0; i < 4; i++) ids[i] = pq_stream_open(dialer.connection);
  for (int round = 0; round < 400; round++) {
    for (int i = 0; i < 4; i++) {
      for (uint32_t k = 0; k < sizeof data; k++) data[k] = 0;
      int64_t taken = pq_stream_write(dialer.connection, ids[i], data, sizeof data, 0);
      REQUIRE(taken >= 0);
      taken_total += (uint64_t)taken;
    }
    REQUIRE(step());
  }
  run_for(2000 * MS);
  for (int i = 0; i < 4; i++) {
    REQUIRE(listener.received[ids[i] >> 2] <= config.stream_window);
    received += listener.received[ids[i] >> 2];
  }
  REQUIRE(!dialer.status && !listener.status);
  REQUIRE(received == config.connection_window);
  REQUIRE(taken_total <= config.connection_window + 4 * config.stream_send_buffer);
  /* Abandoning the streams gives the connection's credit back. */
  for (int i = 0; i < 4; i++) {
    REQUIRE(pq_stream_stop(listener.connection, ids[i], 0) == PQ_OK);
    pq_stream_consume(listener.connection, ids[i], listener.received[ids[i] >> 2]);
  }
  RUN_UNTIL(dialer.stops == 4);
  for (int i = 0; i < 4; i++) REQUIRE(pq_stream_write(dialer.connection, ids[i], data, 1, 0) == PQ_GONE);
  int64_t id = pq_stream_open(dialer.connection);
  for (uint32_t k = 0; k < 1000; k++) data[k] = pattern(id, k);
  REQUIRE(pq_stream_write(dialer.connection, id, data, 1000, 1) == 1000);
  RUN_UNTIL(listener.finished[id >> 2]);
  REQUIRE(listener.received[id >> 2] == 1000);
  end();
}

static void timeouts(void) {
  begin("handshake timeout", 41, 1);
  network.loss = 100;
  RUN_UNTIL(dialer.status);
  REQUIRE(dialer.status == PQ_TIMED_OUT && now - 1000 * MS >= 10000 * MS && now - 1000 * MS < 11000 * MS);
  end();
  begin("idle timeout", 42, 1);
  connect_both();
  network.loss = 100;
  RUN_UNTIL(dialer.status && listener.status);
  REQUIRE(dialer.status == PQ_TIMED_OUT && listener.status == PQ_TIMED_OUT && now < 33000 * MS);
  end();
  config.keep_alive_ms = 5000;
  begin("keep-alive", 43, 1);
  connect_both();
  run_for(600000 * MS);
  REQUIRE(!dialer.status && !listener.status && now > 500000 * MS);
  end();
  config.keep_alive_ms = 0;
}

static void stateless_reset(void) {
  uint8_t out[DATAGRAM], cid[PQ_CID_MAX];
  uint32_t cid_length, is_long, supported;
  begin("stateless reset", 51, 1);
  connect_both();
  run_for(200 * MS);
  pq_free(listener.connection);   /* the listener restarts and has forgotten everything but its secret */
  listener.connection = NULL;
  listener.status = PQ_DROP;
  int64_t id = pq_stream_open(dialer.connection);
  REQUIRE(pq_stream_write(dialer.connection, id, certificate, 300, 1) == 300);
  while (queued) free(queue[--queued]);
  flush(&dialer);
  REQUIRE(queued >= 1);
  REQUIRE(pq_parse(queue[0]->bytes, queue[0]->length, cid, &cid_length, &is_long, &supported) == PQ_OK && !is_long);
  REQUIRE(cid_length == PQ_CID_LENGTH);
  int length = pq_write_stateless_reset(listener.context, cid, cid_length, queue[0]->length, out, sizeof out);
  REQUIRE(length > 21 && (uint32_t)length < queue[0]->length);
  REQUIRE(pq_write_stateless_reset(listener.context, cid, cid_length, 20, out, sizeof out) == 0);
  post(0, out, (uint32_t)length);
  RUN_UNTIL(dialer.status);
  REQUIRE(dialer.status == PQ_DRAINING);
  end();
}

static void version_negotiation(void) {
  uint8_t out[DATAGRAM], cid[PQ_CID_MAX];
  uint32_t cid_length, is_long, supported;
  begin("version negotiation", 61, 1);
  flush(&dialer);
  REQUIRE(queued == 1 && queue[0]->length >= 1200);
  memcpy(queue[0]->bytes + 1, "\x1a\x2a\x3a\x4a", 4);
  REQUIRE(pq_parse(queue[0]->bytes, queue[0]->length, cid, &cid_length, &is_long, &supported) == PQ_OK && !supported);
  int length = pq_write_version_negotiation(queue[0]->bytes, queue[0]->length, out, sizeof out);
  REQUIRE(length > 0 && length < 100 && memcmp(out + length - 4, "\0\0\0\1", 4) == 0);
  REQUIRE(pq_write_version_negotiation(queue[0]->bytes, 1199, out, sizeof out) == 0);
  REQUIRE(pq_write_version_negotiation(out, (uint32_t)length, out, sizeof out) == 0);
  memcpy(queue[0]->bytes + 1, "\x6b\x33\x43\xcf", 4);   /* QUIC version 2 is not libp2p's either */
  REQUIRE(pq_parse(queue[0]->bytes, queue[0]->length, cid, &cid_length, &is_long, &supported) == PQ_OK && !supported);
  REQUIRE(pq_write_version_negotiation(queue[0]->bytes, queue[0]->length, out, sizeof out) > 0);
  end();
}

/* Noise, truncations and mutations at every door, with a connection standing behind them. */
static void garbage(void) {
  uint8_t bytes[DATAGRAM], out[DATAGRAM], initial[DATAGRAM], cid[PQ_CID_MAX];
  uint32_t cid_length, is_long, supported, initial_length;
  int kept = 0;
  begin("garbage", 71, 1);
  flush(&dialer);
  initial_length = queue[0]->length;
  memcpy(initial, queue[0]->bytes, initial_length);
  connect_both();
  for (int i = 0; i < 20000; i++) {
    uint32_t length = 1 + chance() % (DATAGRAM - 1);
    if (i % 4 == 0) {
      length = initial_length;
      memcpy(bytes, initial, length);
      for (uint32_t k = chance() % 4 + 1; k; k--) bytes[chance() % (i % 8 ? 64 : length)] = (uint8_t)chance();
    } else {
      for (uint32_t k = 0; k < length; k++) bytes[k] = (uint8_t)chance();
      if (i % 4 == 1) bytes[0] |= 0xc0, memcpy(bytes + 1, "\0\0\0\1", 4), bytes[5] = (uint8_t)(8 + chance() % 13);
    }
    if (pq_parse(bytes, length, cid, &cid_length, &is_long, &supported) == PQ_OK) {
      pq_write_version_negotiation(bytes, length, out, sizeof out);
      pq_write_stateless_reset(listener.context, cid, cid_length, length, out, sizeof out);
      pq_write_retry(listener.context, bytes, length, &dialer_address, sizeof dialer_address, out, sizeof out, now);
    }
    int status;
    side stranger;
    memset(&stranger, 0, sizeof stranger);
    pq_connection *connection = pq_accept(listener.context, &stranger, bytes, length, &listener_address, sizeof listener_address,
                                          &dialer_address_2, sizeof dialer_address_2, i % 2, now, &status);
    if (connection) {
      kept += pq_read(connection, &listener_address, sizeof listener_address, &dialer_address_2, sizeof dialer_address_2,
                      bytes, length, now) == PQ_OK;
      pq_free(connection);
    }
    REQUIRE(pq_read(listener.connection, &listener_address, sizeof listener_address, &dialer_address, sizeof dialer_address,
                    bytes, length, now) == PQ_OK);
  }
  REQUIRE(kept < 100);   /* only where the mutation hit nothing that matters */
  int64_t id = pq_stream_open(dialer.connection);
  for (uint32_t k = 0; k < 100; k++) bytes[k] = pattern(id, k);
  REQUIRE(pq_stream_write(dialer.connection, id, bytes, 100, 1) == 100);
  RUN_UNTIL(listener.finished[id >> 2]);
  REQUIRE(listener.wrong == 0);
  printf("   %d of 20000 datagrams opened a connection\n", kept);
  end();
}

static struct sockaddr_in loopback(uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int main(void) {
  dialer_address = loopback(1);
  dialer_address_2 = loopback(3);
  listener_address = loopback(2);
  make_certificate();
  printf("panda_quic ABI %u, ngtcp2 %s, GnuTLS %s\n", pq_abi(), pq_ngtcp2_version(), pq_gnutls_version());
  transfer("clean transfer", 1, 1000000, 0, 0, 0, 0, 0);
  transfer("retry", 2, 200000, 0, 0, 0, 0, 1);
  transfer("1 % loss", 3, 500000, 1, 0, 0, 0, 0);
  transfer("10 % loss, retry", 4, 200000, 10, 0, 0, 0, 1);
  transfer("reordering", 5, 500000, 0, 30, 0, 0, 0);
  transfer("duplication", 6, 500000, 0, 10, 30, 0, 0);
  transfer("corruption", 7, 300000, 0, 0, 0, 5, 0);
  for (uint32_t i = 0; i < 6; i++) transfer("everything at once", 100 + i, 100000, 5, 20, 10, 3, i & 1);
  refused_certificates();
  stream_limits();
  flow_control();
  timeouts();
  stateless_reset();
  version_negotiation();
  garbage();
  printf("all scenarios passed\n");
  return 0;
}
