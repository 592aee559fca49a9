/* Preloaded before a program: while the file that SOAK_FULL names is there, whatever would write below the folder SOAK_HOME fails as on a full disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int isFull(int fd) {
  const char *flag = getenv("SOAK_FULL"), *home = getenv("SOAK_HOME");
  if (flag == NULL || home == NULL || access(flag, F_OK) != 0) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  if (strncmp(path, home, strlen(home)) != 0) return 0;
  errno = ENOSPC;
  return 1;
}

ssize_t write(int fd, const void *bytes, size_t n) { return isFull(fd) ? -1 : REAL(write)(fd, bytes, n); }
ssize_t writev(int fd, const struct iovec *parts, int n) { return isFull(fd) ? -1 : REAL(writev)(fd, parts, n); }
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) { return isFull(fd) ? -1 : REAL(pwrite)(fd, bytes, n, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at) {
  return isFull(fd) ? -1 : REAL(pwrite64)(fd, bytes, n, at);
}
ssize_t pwritev(int fd, const struct iovec *parts, int n, off_t at) {
  return isFull(fd) ? -1 : REAL(pwritev)(fd, parts, n, at);
}
int ftruncate64(int fd, off64_t size) { return isFull(fd) ? -1 : REAL(ftruncate64)(fd, size); }
int posix_fallocate64(int fd, off64_t at, off64_t n) { return isFull(fd) ? ENOSPC : REAL(posix_fallocate64)(fd, at, n); }
