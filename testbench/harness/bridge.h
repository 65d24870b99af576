// A WebSocket server beside the model: loopback only, one controlling client, a token that only the parent knows.
#pragma once

#include <string>

#include "session.h"

namespace whittle {

// Serves until the controlling client has left. Prints "port N" on stdout once it listens.
void serve(Session& session, const std::string& token);

}  // namespace whittle
