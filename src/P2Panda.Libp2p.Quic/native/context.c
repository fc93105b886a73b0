/* Identity and TLS. libp2p's rules (specs/tls): TLS 1.3, ALPN "libp2p", one self-signed certificate from each side, no
 * server name, no tickets and so no early data. What a certificate proves is judged by the caller. */
#include <stdlib.h>
#include <string.h>

#include <gnutls/crypto.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>

#include "internal.h"

#define PQ_PRIORITIES(ciphers)                                                                                            \
  "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:" ciphers                                                                    \
  ":-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:%DISABLE_TLS13_COMPAT_MODE"

static const char AES_FIRST[] = PQ_PRIORITIES("+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305");
static const char CHACHA_FIRST[] = PQ_PRIORITIES("+CHACHA20-POLY1305:+AES-128-GCM:+AES-256-GCM");

int pq_random(void *out, size_t length) { return gnutls_rnd(GNUTLS_RND_RANDOM, out, length) == 0 ? 0 : -1; }

uint32_t pq_abi(void) { return PQ_ABI; }
const char *pq_ngtcp2_version(void) { return ngtcp2_version(0)->version_str; }
uint32_t pq_ngtcp2_version_number(void) { return (uint32_t)ngtcp2_version(0)->version_num; }
const char *pq_gnutls_version(void) { return gnutls_check_version(NULL); }

pq_context *pq_context_new(const uint8_t *certificate, uint32_t certificate_length, const uint8_t *key, uint32_t key_length,
                           const uint8_t *secret, const pq_callbacks *callbacks, const pq_config *config) {
  pq_context *context = calloc(1, sizeof *context);
  if (!context) return NULL;
  context->callbacks = *callbacks;
  context->config = *config;
  memcpy(context->secret, secret, PQ_SECRET_LENGTH);
  gnutls_datum_t certificate_der = {(unsigned char *)certificate, certificate_length};
  gnutls_datum_t key_der = {(unsigned char *)key, key_length};
  const char *priorities = (config->flags & PQ_FLAG_PREFER_CHACHA) ? CHACHA_FIRST : AES_FIRST;
  if (gnutls_priority_init(&context->priorities, priorities, NULL) != 0 ||
      gnutls_certificate_allocate_credentials(&context->credentials) != 0 ||
      (certificate_length && gnutls_certificate_set_x509_key_mem(context->credentials, &certificate_der, &key_der,
                                                                 GNUTLS_X509_FMT_DER) < 0)) {
    pq_context_free(context);
    return NULL;
  }
  return context;
}

void pq_context_free(pq_context *context) {
  if (!context) return;
  if (context->credentials) gnutls_certificate_free_credentials(context->credentials);
  if (context->priorities) gnutls_priority_deinit(context->priorities);
  gnutls_memset(context->secret, 0, sizeof context->secret);
  free(context);
}

static int verify(gnutls_session_t tls) {
  pq_connection *connection = ((ngtcp2_crypto_conn_ref *)gnutls_session_get_ptr(tls))->user_data;
  unsigned count = 0;
  const gnutls_datum_t *certificates = gnutls_certificate_get_peers(tls, &count);
  if (!certificates || count != 1 || gnutls_certificate_type_get(tls) != GNUTLS_CRT_X509) return GNUTLS_E_CERTIFICATE_ERROR;
  int refused = connection->context->callbacks.verify_certificate(connection->user, certificates[0].data, certificates[0].size);
  return refused ? GNUTLS_E_CERTIFICATE_ERROR : 0;
}

static ngtcp2_conn *conn_of(ngtcp2_crypto_conn_ref *ref) { return ((pq_connection *)ref->user_data)->conn; }

int pq_tls_start(pq_connection *connection) {
  static const gnutls_datum_t alpn = {(unsigned char *)"libp2p", 6};
  unsigned flags = GNUTLS_NO_TICKETS | (connection->is_server ? GNUTLS_SERVER : GNUTLS_CLIENT);
  /* The listener names no authorities it would accept, so a dialer must be told to send its certificate anyway. */
  if (!connection->is_server) flags |= GNUTLS_FORCE_CLIENT_CERT;
  if (gnutls_init(&connection->tls, flags) != 0) return -1;
  gnutls_session_t tls = connection->tls;
  if ((connection->is_server ? ngtcp2_crypto_gnutls_configure_server_session(tls)
                             : ngtcp2_crypto_gnutls_configure_client_session(tls)) != 0)
    return -1;
  connection->ref.get_conn = conn_of;
  connection->ref.user_data = connection;
  gnutls_session_set_ptr(tls, &connection->ref);
  gnutls_session_set_verify_function(tls, verify);
  if (connection->is_server) {
    gnutls_certificate_server_set_request(tls, GNUTLS_CERT_REQUIRE);
    gnutls_certificate_send_x509_rdn_sequence(tls, 1);   /* 1: leave the list of authorities out */
  }
  return gnutls_priority_set(tls, connection->context->priorities) == 0 &&
                 gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, connection->context->credentials) == 0 &&
                 gnutls_alpn_set_protocols(tls, &alpn, 1, GNUTLS_ALPN_MANDATORY) == 0
             ? 0
             : -1;
}
