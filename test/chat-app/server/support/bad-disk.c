/*
 * A disk that misbehaves on demand, for tests: preloaded into the relay, it looks at one word in the file BAD_DISK before
 * each write or sync of a file below BAD_DISK_DIR. "full", "readonly", "broken": it fails with ENOSPC, EROFS, EIO.
 * "slow": a sync takes 200 ms longer. Anything else: as always.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int is_ours(int fd) {
  char link[64], path[PATH_MAX];
  const char *dir = getenv("BAD_DISK_DIR");
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (!dir || length < 0) return 0;
  path[length] = 0;
  return !strncmp(path, dir, strlen(dir));
}

static const char *mood(void) {
  static __thread char word[16];
  const char *file = getenv("BAD_DISK");
  int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
  ssize_t length = fd < 0 ? 0 : read(fd, word, sizeof word - 1);
  if (fd >= 0) close(fd);
  word[length > 0 ? length : 0] = 0;
  return word;
}

static int refused(int fd) {
  if (!is_ours(fd)) return 0;
  const char *now = mood();
  errno = !strcmp(now, "full") ? ENOSPC : !strcmp(now, "readonly") ? EROFS : !strcmp(now, "broken") ? EIO : 0;
  return errno != 0;
}

static int synced_badly(int fd) {
  if (is_ours(fd) && !strcmp(mood(), "slow")) usleep(200000);
  return refused(fd);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
  return refused(fd) ? -1 : REAL(pwrite)(fd, data, length, at);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
  return refused(fd) ? -1 : REAL(pwrite64)(fd, data, length, at);
}
ssize_t write(int fd, const void *data, size_t length) {
  return refused(fd) ? -1 : REAL(write)(fd, data, length);
}
int fsync(int fd) { return synced_badly(fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return synced_badly(fd) ? -1 : REAL(fdatasync)(fd); }
