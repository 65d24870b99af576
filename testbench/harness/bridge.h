// A WebSocket server beside the model: loopback only, one controlling client, a token that only the parent knows.
#pragma once

#include <string>

#include "interpreter.h"

namespace whittle {

// Serves until the controlling client has left. Prints "port N" on stdout once it listens.
void serve(Interpreter& interpreter, const std::string& token);

}  // namespace whittle
