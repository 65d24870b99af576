// The simulator process: simulate LIBRARY SEED [WAVES [COVERAGE]] (WAVES may be empty), with the tokens of the controlling client in WHITTLE_TOKEN and of
// watchers in WHITTLE_WATCH_TOKEN. One program serves every model.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <thread>

#include <dlfcn.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bridge.h"

namespace {

// The parent holds the other end of stdin: when it dies, however it dies, this process goes too.
void endWithParent() {
  char ignored[256];
  while (read(STDIN_FILENO, ignored, sizeof ignored) > 0) {
  }
  std::_Exit(0);
}

void forbidCoreFiles() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

}  // namespace

int main(int argc, char** argv) {
  const char* token = std::getenv("WHITTLE_TOKEN");
  if (argc < 3 || !token) {
    std::fputs("usage: WHITTLE_TOKEN=... simulate LIBRARY SEED [WAVES [COVERAGE]]\n", stderr);
    return 2;
  }
  forbidCoreFiles();
  // What the design prints must not be lost in a buffer when the process dies.
  std::setvbuf(stdout, nullptr, _IOLBF, 4096);
  std::thread{endWithParent}.detach();
  // Lazily: the library also holds what serves Node, whose functions are not here.
  void* library = dlopen(argv[1], RTLD_LAZY | RTLD_LOCAL);
  void* open = library ? dlsym(library, "whittleOpen") : nullptr;
  if (!open) {
    std::fprintf(stderr, "cannot load the model: %s\n", dlerror());
    return 1;
  }
  try {
    const whittle::SessionOptions options{std::atoi(argv[2]), argc > 3 && argv[3][0] ? argv[3] : nullptr,
                                          argc > 4 ? argv[4] : nullptr};
    const std::unique_ptr<whittle::Session> session{reinterpret_cast<decltype(&whittleOpen)>(open)(options)};
    const char* watch = std::getenv("WHITTLE_WATCH_TOKEN");
    whittle::serve(*session, token, watch ? watch : "");
    return 0;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "simulator: %s\n", problem.what());
    return 1;
  }
}
