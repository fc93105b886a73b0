/* Batched datagrams on a Linux socket the caller owns: several datagrams per system call in both directions
 * (UDP_SEGMENT, UDP_GRO, recvmmsg) and the local address of each (IP_PKTINFO), so that answers leave from where the
 * question arrived on a machine with several addresses. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "panda_quic.h"

#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

#define BATCH_MAX 16
#define SEND_BYTES_MAX 65000      /* below the largest UDP payload */
#define SEND_PATIENCE_MS 5        /* a socket full for longer loses the datagram */

typedef union control_buffer {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct in6_pktinfo))];
} control_buffer;

int pq_udp_prepare(int fd, int is_ipv6) {
  int on = 1, discover = is_ipv6 ? IPV6_PMTUDISC_PROBE : IP_PMTUDISC_PROBE;
  if (is_ipv6) {
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on) != 0 ||
        setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &discover, sizeof discover) != 0)
      return -errno;
  } else if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) != 0 ||
             setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &discover, sizeof discover) != 0) {
    return -errno;
  }
  return setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof on) == 0;
}

static void read_control(struct msghdr *message, pq_datagram *datagram) {
  for (struct cmsghdr *control = CMSG_FIRSTHDR(message); control; control = CMSG_NXTHDR(message, control)) {
    if (control->cmsg_level == SOL_UDP && control->cmsg_type == UDP_GRO) {
      int segment;
      memcpy(&segment, CMSG_DATA(control), sizeof segment);
      if (segment > 0) datagram->segment = (uint32_t)segment;
    } else if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo info;
      memcpy(&info, CMSG_DATA(control), sizeof info);
      memcpy(datagram->local, &info.ipi_addr, datagram->local_length = sizeof info.ipi_addr);
    } else if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo info;
      memcpy(&info, CMSG_DATA(control), sizeof info);
      memcpy(datagram->local, &info.ipi6_addr, datagram->local_length = sizeof info.ipi6_addr);
    }
  }
}

int pq_udp_receive(int fd, uint8_t *buffer, uint32_t slot, pq_datagram *datagrams, uint32_t max) {
  struct mmsghdr messages[BATCH_MAX];
  struct iovec vectors[BATCH_MAX];
  control_buffer controls[BATCH_MAX];
  if (max > BATCH_MAX) max = BATCH_MAX;
  memset(messages, 0, sizeof messages[0] * max);
  for (uint32_t i = 0; i < max; i++) {
    struct msghdr *message = &messages[i].msg_hdr;
    vectors[i] = (struct iovec){buffer + (size_t)i * slot, slot};
    message->msg_iov = &vectors[i];
    message->msg_iovlen = 1;
    message->msg_name = datagrams[i].remote;
    message->msg_namelen = PQ_ADDRESS_MAX;
    message->msg_control = controls[i].bytes;
    message->msg_controllen = sizeof controls[i].bytes;
  }
  int count = recvmmsg(fd, messages, max, MSG_DONTWAIT, NULL);
  /* ECONNREFUSED and its kin are ICMP's word about an earlier datagram, and anybody can forge it. */
  if (count < 0) return errno == EBADF || errno == ENOTSOCK || errno == EINVAL || errno == EFAULT ? -errno : 0;
  for (int i = 0; i < count; i++) {
    datagrams[i].size = messages[i].msg_hdr.msg_flags & MSG_TRUNC ? 0 : messages[i].msg_len;
    datagrams[i].segment = datagrams[i].size;
    datagrams[i].remote_length = messages[i].msg_hdr.msg_namelen;
    datagrams[i].local_length = 0;
    read_control(&messages[i].msg_hdr, &datagrams[i]);
  }
  return count;
}

static void *add_control(struct msghdr *message, int level, int type, size_t length) {
  struct cmsghdr *control = (struct cmsghdr *)((char *)message->msg_control + message->msg_controllen);
  control->cmsg_level = level;
  control->cmsg_type = type;
  control->cmsg_len = CMSG_LEN(length);
  message->msg_controllen += CMSG_SPACE(length);
  return CMSG_DATA(control);
}

static int send_patiently(int fd, const struct msghdr *message) {
  for (;;) {
    if (sendmsg(fd, message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return 0;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return -errno;
    struct pollfd writable = {fd, POLLOUT, 0};
    if (poll(&writable, 1, SEND_PATIENCE_MS) <= 0) return -EAGAIN;
  }
}

/* How many packets from the first on make one send: the same address, the same size, the last may be shorter. */
static uint32_t run_length(const pq_packet *packets, uint32_t count, size_t *bytes) {
  uint32_t length = 1;
  *bytes = packets[0].size;
  while (length < count && length < PQ_SEGMENTS_MAX && packets[length - 1].size == packets[0].size &&
         packets[length].size <= packets[0].size && *bytes + packets[length].size <= SEND_BYTES_MAX &&
         packets[length].remote_length == packets[0].remote_length &&
         memcmp(packets[length].remote, packets[0].remote, packets[0].remote_length) == 0)
    *bytes += packets[length++].size;
  return length;
}

int pq_udp_send(int fd, const uint8_t *data, const pq_packet *packets, uint32_t count, const uint8_t *local,
                uint32_t local_length, int offload) {
  int no_offload = 0;
  for (uint32_t i = 0, length; i < count; i += length) {
    size_t bytes = packets[i].size;
    length = offload && !no_offload ? run_length(packets + i, count - i, &bytes) : 1;
    control_buffer control;
    memset(&control, 0, sizeof control);
    struct iovec vector = {(void *)data, bytes};
    struct msghdr message = {.msg_name = (void *)packets[i].remote, .msg_namelen = packets[i].remote_length,
                             .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.bytes};
    if (local_length == 4) {
      struct in_pktinfo info = {0};
      memcpy(&info.ipi_spec_dst, local, 4);
      memcpy(add_control(&message, IPPROTO_IP, IP_PKTINFO, sizeof info), &info, sizeof info);
    } else if (local_length == 16) {
      struct in6_pktinfo info = {0};
      memcpy(&info.ipi6_addr, local, 16);
      memcpy(add_control(&message, IPPROTO_IPV6, IPV6_PKTINFO, sizeof info), &info, sizeof info);
    }
    if (length > 1) {
      uint16_t segment = (uint16_t)packets[i].size;
      memcpy(add_control(&message, SOL_UDP, UDP_SEGMENT, sizeof segment), &segment, sizeof segment);
    }
    if (message.msg_controllen == 0) message.msg_control = NULL;
    int code = send_patiently(fd, &message);
    if (length > 1 && (code == -EIO || code == -EINVAL || code == -EOPNOTSUPP)) {
      no_offload = 1;
      length = 0;   /* the same packets again, one by one */
      continue;
    }
    data += bytes;
  }
  return no_offload;
}

int pq_udp_wait(int fd, int event, uint64_t timeout_ns) {
  struct pollfd descriptors[2] = {{fd, POLLIN, 0}, {event, POLLIN, 0}};
  struct timespec timeout = {(time_t)(timeout_ns / 1000000000u), (long)(timeout_ns % 1000000000u)};
  if (ppoll(descriptors, 2, &timeout, NULL) <= 0) return 0;
  if (descriptors[1].revents) {
    uint64_t value;
    while (read(event, &value, sizeof value) < 0 && errno == EINTR) {}
  }
  return (descriptors[0].revents ? 1 : 0) | (descriptors[1].revents ? 2 : 0);
}

int pq_event_new(void) {
  int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return event < 0 ? -errno : event;
}

void pq_event_signal(int event) {
  uint64_t one = 1;
  while (write(event, &one, sizeof one) < 0 && errno == EINTR) {}
}

void pq_event_close(int event) { close(event); }
