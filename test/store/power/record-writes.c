/* Preloaded before a program that writes a home: notes every write, truncation and sync of sophia.db, its -wal and a -marks file, in order, in the
 * file that SOPHIA_JOURNAL names. A record: op, file, offset or size (8 bytes), length (8 bytes), the bytes. Linux only. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int journal = -1;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* 0 the database, 1 its log, 2 the marks of the program, -1 anything else. */
static int known(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return -1;
  path[n] = 0;
  const char *name = strrchr(path, '/');
  if (name == NULL) return -1;
  if (strcmp(name, "/sophia.db") == 0) return 0;
  if (strcmp(name, "/sophia.db-wal") == 0) return 1;
  if (strcmp(name, "/sophia.db-marks") == 0) return 2;
  return -1;
}

static void all(const void *bytes, size_t n) {
  const char *at = bytes;
  while (n > 0) {
    ssize_t done = REAL(write)(journal, at, n);
    if (done <= 0) abort();
    at += done;
    n -= (size_t)done;
  }
}

static void note(char op, int file, int64_t at, const void *bytes, int64_t n) {
  pthread_mutex_lock(&lock);
  if (journal < 0) journal = open(getenv("SOPHIA_JOURNAL"), O_WRONLY | O_CREAT | O_APPEND, 0600);
  char head[18];
  head[0] = op;
  head[1] = (char)file;
  memcpy(head + 2, &at, 8);
  memcpy(head + 10, &n, 8);
  all(head, sizeof head);
  if (n > 0) all(bytes, (size_t)n);
  pthread_mutex_unlock(&lock);
}

ssize_t write(int fd, const void *bytes, size_t n) {
  int file = known(fd);
  int64_t at = file < 0 ? 0 : lseek(fd, 0, SEEK_CUR);
  ssize_t done = REAL(write)(fd, bytes, n);
  if (file >= 0 && done > 0) note('W', file, at, bytes, done);
  return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) {
  ssize_t done = REAL(pwrite)(fd, bytes, n, at);
  int file = known(fd);
  if (file >= 0 && done > 0) note('W', file, at, bytes, done);
  return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at) {
  ssize_t done = REAL(pwrite64)(fd, bytes, n, at);
  int file = known(fd);
  if (file >= 0 && done > 0) note('W', file, at, bytes, done);
  return done;
}

int ftruncate(int fd, off_t size) {
  int done = REAL(ftruncate)(fd, size);
  int file = known(fd);
  if (file >= 0 && done == 0) note('T', file, size, NULL, 0);
  return done;
}

int ftruncate64(int fd, off64_t size) {
  int done = REAL(ftruncate64)(fd, size);
  int file = known(fd);
  if (file >= 0 && done == 0) note('T', file, size, NULL, 0);
  return done;
}

int fsync(int fd) {
  int done = REAL(fsync)(fd);
  int file = known(fd);
  if (file >= 0 && done == 0) note('S', file, 0, NULL, 0);
  return done;
}

int fdatasync(int fd) {
  int done = REAL(fdatasync)(fd);
  int file = known(fd);
  if (file >= 0 && done == 0) note('S', file, 0, NULL, 0);
  return done;
}
