// The simulator process: simulate SEED [WAVES], with the token in WHITTLE_TOKEN.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>

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
  if (argc < 2 || !token) {
    std::fputs("usage: WHITTLE_TOKEN=... simulate SEED [WAVES]\n", stderr);
    return 2;
  }
  forbidCoreFiles();
  // What the design prints must not be lost in a buffer when the process dies.
  std::setvbuf(stdout, nullptr, _IOLBF, 4096);
  std::thread{endWithParent}.detach();
  try {
    VerilatedContext context;
    // Whatever has no reset starts random, so that nothing can lean on a power-up zero unseen.
    context.randReset(2);
    context.randSeed(std::atoi(argv[1]));
    const bool tracing = argc > 2;
    if (tracing) context.traceEverOn(true);
    const auto model = whittle::makeModel(context);
    if (tracing && !model->openTrace(argv[2])) {
      std::fprintf(stderr, "cannot write waves to %s\n", argv[2]);
      return 2;
    }
    {
      whittle::Interpreter interpreter{*model, context, tracing};
      whittle::serve(interpreter, token);
    }
    model->finish();
    model->closeTrace();
    return 0;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "simulator: %s\n", problem.what());
    return 1;
  }
}
