/*
 * A load generator for relays: one thread, epoll, sockets that somebody else has connected and joined (descriptors 3 and
 * up). Built and started by run.ts.
 *
 *   generator -f ws|text|tcp|mqtt -m closed|open -n CLIENTS -a SEND_AT -b HEAR_AT -k SERVER_PID [-R RATE] [-W WARMUP] [-T SECONDS]
 *
 * On stdin, a line for each client: does it speak (1 or 0), and what it says, as hexadecimal. Sixteen characters of it, at
 * SEND_AT, are overwritten with the time and the speaker; at HEAR_AT they are found in what arrives.
 *
 * closed: each speaker speaks again when it hears itself; deliveries per CPU-second of the server.
 * open:   RATE messages a second, evenly jittered; percentiles from speaking to hearing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum framing { WS, TEXT, TCP, MQTT };
enum { FIRST_FD = 3, MARK = 16, MAX_SAMPLES = 1 << 22, MAX_FRAME = 1 << 16 };

typedef struct {
  int fd, id, speaks, said, is_dead;
  uint8_t *out, *in, *rest;
  int out_length, in_length, in_room, rest_length, rest_room;
} client;

static enum framing framing;
static int clients, say_at, hear_at, server_pid, is_open, is_recording, poller;
static double rate = 1000, warmup = 1, seconds = 2;
static client *all;
static uint64_t deliveries, sent, lost, refused;
static float *samples;
static size_t sampled;

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* ---- sixteen characters: 56 bits of time, 16 of the speaker, 24 of a count */

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static uint8_t VALUE[256];

static void write_mark(uint8_t *to, int speaker, unsigned count) {
  uint64_t high = (now_ns() >> 8) & 0xffffffffffffull, low = (uint64_t)(speaker & 0xffff) << 32 | count;
  for (int i = 0; i < 8; i++) to[i] = DIGITS[high >> (42 - 6 * i) & 63];
  for (int i = 0; i < 8; i++) to[8 + i] = DIGITS[low >> (42 - 6 * i) & 63];
}

static uint64_t read48(const uint8_t *from) {
  uint64_t value = 0;
  for (int i = 0; i < 8; i++) value = value << 6 | VALUE[from[i]];
  return value;
}

/* ---- out */

static void watch(client *c, int writing) {
  struct epoll_event e = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = c};
  epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e);
}

static void drop(client *c) {
  if (c->is_dead) return;
  c->is_dead = 1;
  lost++;
  close(c->fd);
}

static void put(client *c, const uint8_t *data, int length) {
  if (c->is_dead) return;
  if (c->rest_length == 0) {
    int done = send(c->fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (done == length) return;
    if (done < 0 && errno != EAGAIN) { drop(c); return; }
    if (done > 0) { data += done; length -= done; }
    watch(c, 1);
  }
  if (c->rest_length + length > c->rest_room) c->rest = realloc(c->rest, c->rest_room = 2 * (c->rest_length + length));
  memcpy(c->rest + c->rest_length, data, length);
  c->rest_length += length;
}

static void put_rest(client *c) {
  int done = send(c->fd, c->rest, c->rest_length, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (done < 0) { if (errno != EAGAIN) drop(c); return; }
  memmove(c->rest, c->rest + done, c->rest_length -= done);
  if (c->rest_length == 0) watch(c, 0);
}

static void put_ws(client *c, int opcode, const uint8_t *data, int length) {
  static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};
  static uint8_t frame[MAX_FRAME + 8];
  int at = 2;
  frame[0] = 0x80 | opcode;
  if (length < 126) frame[1] = 0x80 | length;
  else { frame[1] = 0x80 | 126; frame[2] = length >> 8; frame[3] = length; at = 4; }
  memcpy(frame + at, mask, 4);
  at += 4;
  for (int i = 0; i < length; i++) frame[at + i] = data[i] ^ mask[i & 3];
  put(c, frame, at + length);
}

static void say(client *c) {
  write_mark(c->out + say_at, c->id, c->said++ & 0xffffff);
  sent++;
  if (framing == WS) put_ws(c, 2, c->out, c->out_length);
  else if (framing == TEXT) put_ws(c, 1, c->out, c->out_length);
  else put(c, c->out, c->out_length);
}

/* ---- in */

static void hear(client *c, const uint8_t *data, int length) {
  if (length < hear_at + MARK) return;
  uint64_t time = read48(data + hear_at), low = read48(data + hear_at + 8);
  deliveries++;
  if (is_recording && sampled < MAX_SAMPLES) samples[sampled++] = (((now_ns() >> 8) - time) & 0xffffffffffffull) * 256 / 1e3;
  if (!is_open && (int)(low >> 32) == c->id) say(c);
}

static void on_ws(client *c, int opcode, const uint8_t *data, int length) {
  if (opcode == 9) put_ws(c, 10, data, length);
  else if (opcode == 8) drop(c);
  else if (opcode == 2 && framing == WS) hear(c, data, length);
  else if (opcode == 1 && framing == TEXT && length == 1 && data[0] == '2') put_ws(c, 1, (const uint8_t *)"3", 1);
  else if (opcode == 1 && framing == TEXT && length > 2 && data[0] == '4' && data[1] == '2') hear(c, data, length);
  else if (opcode == 1 && length > 5 && !memcmp(data, "[\"no\"", 5) && refused++ == 0) fprintf(stderr, "refused: %.*s\n", length, data);
}

/* Returns how many bytes are used up. */
static int take_ws(client *c, const uint8_t *data, int left) {
  if (left < 2) return 0;
  uint64_t length = data[1] & 127;
  int header = length == 126 ? 4 : length == 127 ? 10 : 2;
  if (left < header) return 0;
  if (header > 2) { length = 0; for (int i = 2; i < header; i++) length = length << 8 | data[i]; }
  if ((uint64_t)left < header + length) return 0;
  on_ws(c, data[0] & 15, data + header, length);
  return header + length;
}

static int take_tcp(client *c, const uint8_t *data, int left) {
  if (left < 4) return 0;
  int length = data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
  if (left < 4 + length) return 0;
  hear(c, data, 4 + length);
  return 4 + length;
}

static int take_mqtt(client *c, const uint8_t *data, int left) {
  int length = 0, at = 1;
  for (int shift = 0;; shift += 7, at++) {
    if (at >= left) return 0;
    length |= (data[at] & 127) << shift;
    if (!(data[at] & 128)) break;
  }
  at++;
  if (left < at + length) return 0;
  if (data[0] >> 4 == 3) hear(c, data, at + length);
  return at + length;
}

static int take(client *c, const uint8_t *data, int left) {
  return framing == TCP ? take_tcp(c, data, left) : framing == MQTT ? take_mqtt(c, data, left) : take_ws(c, data, left);
}

static void on_readable(client *c) {
  for (;;) {
    if (c->in_room - c->in_length < 65536) c->in = realloc(c->in, c->in_room = c->in_length + 131072);
    int space = c->in_room - c->in_length, got = recv(c->fd, c->in + c->in_length, space, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) { drop(c); return; }
    c->in_length += got;
    int at = 0, used;
    while (at < c->in_length && !c->is_dead && (used = take(c, c->in + at, c->in_length - at))) at += used;
    if (c->is_dead) return;
    memmove(c->in, c->in + at, c->in_length -= at);
    if (got < space) return;
  }
}

static void turn(int wait_ms) {
  struct epoll_event events[256];
  int count = epoll_wait(poller, events, 256, wait_ms);
  for (int i = 0; i < count; i++) {
    client *c = events[i].data.ptr;
    if (!c->is_dead && events[i].events & EPOLLOUT) put_rest(c);
    if (!c->is_dead && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) on_readable(c);
  }
}

static void run_for(double s) {
  for (uint64_t end = now_ns() + s * 1e9; now_ns() < end;) turn(2);
}

/* ---- what it cost */

static double server_cpu(void) {
  clockid_t clock;
  struct timespec t;
  if (clock_getcpuclockid(server_pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double own_cpu(void) {
  struct rusage r;
  getrusage(RUSAGE_SELF, &r);
  return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static int by_value(const void *a, const void *b) {
  float x = *(float *)a, y = *(float *)b;
  return x < y ? -1 : x > y;
}
static double percentile(double p) { return sampled ? samples[(size_t)(p * (sampled - 1))] / 1e3 : -1; }

static void speak_closed(void) {
  for (int i = 0; i < clients; i++) if (all[i].speaks) say(&all[i]);
}

static void speak_open(double s) {
  static unsigned random = 12345, next_speaker;
  uint64_t gap = 1e9 / rate, next = now_ns(), jitter = 0, end = next + s * 1e9;
  for (; now_ns() < end; turn(0)) {
    if (now_ns() < next + jitter) continue;
    if (now_ns() > next + 50000000ull) next = now_ns();
    do next_speaker = (next_speaker + 7919) % clients; while (!all[next_speaker].speaks);
    say(&all[next_speaker]);
    next += gap;
    random = random * 1103515245 + 12345;
    jitter = (random >> 8) % (gap / 2 + 1);
  }
}

static void measure(void) {
  if (is_open) speak_open(warmup);
  else { speak_closed(); run_for(warmup); }
  deliveries = sent = 0;
  is_recording = 1;
  double cpu = server_cpu(), mine = own_cpu();
  uint64_t start = now_ns();
  if (is_open) speak_open(seconds);
  else run_for(seconds);
  double t = (now_ns() - start) / 1e9;
  cpu = server_cpu() - cpu;
  mine = own_cpu() - mine;
  qsort(samples, sampled, sizeof *samples, by_value);
  printf("{\"deliveriesPerSecond\":%.0f,\"sentPerSecond\":%.0f,\"deliveriesPerCpuSecond\":%.0f,\"serverShare\":%.3f,\"generatorShare\":%.3f,"
         "\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"lost\":%lu,\"refused\":%lu}\n",
         deliveries / t, sent / t, cpu > 0 ? deliveries / cpu : 0, cpu / t, mine / t, percentile(.5), percentile(.99), lost, refused);
}

static void read_clients(void) {
  static char line[2 * MAX_FRAME + 16];
  for (int i = 0; i < clients; i++) {
    client *c = &all[i];
    if (!fgets(line, sizeof line, stdin)) { fprintf(stderr, "%d clients were expected\n", clients); exit(2); }
    c->id = i;
    c->fd = FIRST_FD + i;
    c->speaks = line[0] == '1';
    c->out_length = (strcspn(line, "\n") - 2) / 2;
    c->out = malloc(c->out_length);
    for (int at = 0; at < c->out_length; at++) sscanf(line + 2 + 2 * at, "%2hhx", &c->out[at]);
    fcntl(c->fd, F_SETFL, fcntl(c->fd, F_GETFL) | O_NONBLOCK);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &e) < 0) { perror("epoll_ctl"); exit(2); }
  }
}

int main(int argc, char **argv) {
  for (int o; (o = getopt(argc, argv, "f:m:n:a:b:k:R:W:T:")) != -1;) switch (o) {
    case 'f': framing = !strcmp(optarg, "tcp") ? TCP : !strcmp(optarg, "text") ? TEXT : !strcmp(optarg, "mqtt") ? MQTT : WS; break;
    case 'm': is_open = !strcmp(optarg, "open"); break;
    case 'n': clients = atoi(optarg); break;
    case 'a': say_at = atoi(optarg); break;
    case 'b': hear_at = atoi(optarg); break;
    case 'k': server_pid = atoi(optarg); break;
    case 'R': rate = atof(optarg); break;
    case 'W': warmup = atof(optarg); break;
    case 'T': seconds = atof(optarg); break;
    default: return 2;
  }
  for (int i = 0; i < 64; i++) VALUE[(uint8_t)DIGITS[i]] = i;
  all = calloc(clients, sizeof *all);
  samples = malloc(sizeof *samples * MAX_SAMPLES);
  poller = epoll_create1(0);
  read_clients();
  measure();
  return 0;
}
