// A WebSocket server beside the model: loopback only, one controlling client,
// any number of watchers, tokens that only the parent knows.
#pragma once

#include <string>

#include "session.h"

namespace whittle {

// Serves until the controlling client has left. Prints "port N" on stdout once it listens. Without a token for watchers there are none.
void serve(Session& session, const std::string& controlToken, const std::string& watchToken);

}  // namespace whittle
