// The model within Node: the exports of the library when Node loads it. `testbench/verilator/addon.ts` is the other side.
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include <node_api.h>

#include "mirror.h"
#include "model_session.h"

namespace {

using whittle::Mirror;
using whittle::ModelSession;
using whittle::Stepper;

struct Instance {
  std::string printed;
  std::unique_ptr<ModelSession> session;
  std::unique_ptr<Mirror> mirror;
  // When it was closed.
  std::uint64_t edges = 0;
  // Keeps the buffer of the mirror alive.
  napi_ref buffer = nullptr;

  void close() {
    if (session) edges = session->stepper().edges();
    mirror.reset();
    session.reset();
  }
};

napi_value undefined(napi_env env) {
  napi_value value;
  napi_get_undefined(env, &value);
  return value;
}

napi_value fail(napi_env env, const char* code, const std::string& message) {
  napi_throw_error(env, code, message.c_str());
  return nullptr;
}

// The arguments of a call and the instance behind its function.
struct Call {
  Call(napi_env env, napi_callback_info info) {
    napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
    instance = static_cast<Instance*>(data);
  }
  bool closed() const { return !instance->session; }

  std::size_t count = 3;
  napi_value arguments[3];
  void* data = nullptr;
  Instance* instance = nullptr;
};

napi_value closedError(napi_env env) { return fail(env, "closed", "the simulation was closed"); }

// The error of a model that did not start, with what it printed.
napi_value failAtStart(napi_env env, const std::string& message, const std::string& printed) {
  napi_value text, error, output;
  napi_create_string_utf8(env, message.data(), message.size(), &text);
  napi_create_string_utf8(env, printed.data(), printed.size(), &output);
  napi_create_error(env, nullptr, text, &error);
  napi_set_named_property(env, error, "printed", output);
  napi_throw(env, error);
  return nullptr;
}

// Runs what may stop the model; the code of the error tells JavaScript how it ended.
template <typename Work>
napi_value guarded(napi_env env, Work work) {
  try {
    work();
    return undefined(env);
  } catch (const whittle::ModelStopped& problem) {
    return fail(env, "stopped", problem.what());
  } catch (const whittle::CommandFailure& problem) {
    const bool late = problem.status == whittle::Status::interrupted;
    return fail(env, late ? "interrupted" : "finished", problem.what());
  } catch (const std::exception& problem) {
    return fail(env, "stopped", problem.what());
  }
}

// While it lives, edges may only take so long: milliseconds, from the argument at this place. Single steps later on have no limit.
class TimeLimit {
public:
  TimeLimit(const Call& call, napi_env env, std::size_t place) : stepper_{call.instance->session->stepper()} {
    double milliseconds = 0;
    napi_get_value_double(env, call.arguments[place], &milliseconds);
    stepper_.limit(milliseconds);
  }
  ~TimeLimit() { stepper_.limit(0); }
  TimeLimit(const TimeLimit&) = delete;

private:
  Stepper& stepper_;
};

// step(cycles, limit in milliseconds)
napi_value step(napi_env env, napi_callback_info info) {
  const Call call{env, info};
  if (call.closed()) return closedError(env);
  std::uint32_t cycles = 0;
  napi_get_value_uint32(env, call.arguments[0], &cycles);
  return guarded(env, [&] {
    Stepper& stepper = call.instance->session->stepper();
    std::optional<TimeLimit> limit;
    if (cycles > 1) limit.emplace(call, env, 1);
    call.instance->mirror->store();
    stepper.step(cycles);
    call.instance->mirror->load();
  });
}

napi_value settle(napi_env env, napi_callback_info info) {
  const Call call{env, info};
  if (call.closed()) return closedError(env);
  return guarded(env, [&] {
    call.instance->mirror->store();
    call.instance->session->stepper().settle();
    call.instance->mirror->load();
  });
}

// run(frame, limit in milliseconds): the reply as an ArrayBuffer
napi_value run(napi_env env, napi_callback_info info) {
  const Call call{env, info};
  if (call.closed()) return closedError(env);
  void* words = nullptr;
  std::size_t length = 0;
  if (napi_get_typedarray_info(env, call.arguments[0], nullptr, &length, &words, nullptr, nullptr) != napi_ok) {
    return fail(env, "malformed", "a frame is a Uint32Array");
  }
  Instance& instance = *call.instance;
  const TimeLimit limit{call, env, 1};
  // Inputs that were set in the shared buffer and no step has taken over yet.
  instance.mirror->store();
  bool ended = false;
  const whittle::Frame reply = instance.session->run(words, length * sizeof(whittle::Word), ended);
  instance.mirror->loadAll();
  napi_value result;
  void* target = nullptr;
  if (napi_create_arraybuffer(env, reply.size() * sizeof(whittle::Word), &target, &result) != napi_ok) return nullptr;
  std::memcpy(target, reply.data(), reply.size() * sizeof(whittle::Word));
  return result;
}

// How many clock edges there were since reset ended.
napi_value edges(napi_env env, napi_callback_info info) {
  const Call call{env, info};
  Instance& instance = *call.instance;
  napi_value result;
  napi_create_double(env, static_cast<double>(call.closed() ? instance.edges : instance.session->stepper().edges()), &result);
  return result;
}

napi_value printed(napi_env env, napi_callback_info info) {
  const Call call{env, info};
  napi_value result;
  napi_create_string_utf8(env, call.instance->printed.data(), call.instance->printed.size(), &result);
  return result;
}

napi_value close(napi_env env, napi_callback_info info) {
  const Call call{env, info};
  call.instance->close();
  if (call.instance->buffer) napi_delete_reference(env, call.instance->buffer);
  call.instance->buffer = nullptr;
  return undefined(env);
}

void release(napi_env, void* data, void*) { delete static_cast<Instance*>(data); }

void method(napi_env env, napi_value object, const char* name, napi_callback callback, Instance* instance) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, instance, &function);
  napi_set_named_property(env, object, name, function);
}

std::string text(napi_env env, napi_value value) {
  std::string result;
  std::size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) return result;
  result.resize(length);
  napi_get_value_string_utf8(env, value, result.data(), length + 1, &length);
  return result;
}

// open(seed, waves or null, coverage or null): the instance, with `buffer`
napi_value open(napi_env env, napi_callback_info info) {
  const Call call{env, info};
  std::int32_t seed = 0;
  napi_get_value_int32(env, call.arguments[0], &seed);
  const std::string waves = text(env, call.arguments[1]);
  const std::string coverage = text(env, call.arguments[2]);
  auto instance = std::make_unique<Instance>();
  try {
    const whittle::SessionOptions options{seed, waves.empty() ? nullptr : waves.c_str(),
                                          coverage.empty() ? nullptr : coverage.c_str()};
    instance->session = std::make_unique<ModelSession>(options, &instance->printed);
  } catch (const std::exception& problem) {
    return failAtStart(env, problem.what(), instance->printed);
  }
  const whittle::Model& model = instance->session->model();
  napi_value buffer;
  void* memory = nullptr;
  napi_create_arraybuffer(env, Mirror::bytes(model), &memory, &buffer);
  napi_create_reference(env, buffer, 1, &instance->buffer);
  instance->mirror = std::make_unique<Mirror>(model, memory);

  napi_value object;
  napi_create_object(env, &object);
  napi_set_named_property(env, object, "buffer", buffer);
  Instance* owned = instance.release();
  napi_wrap(env, object, owned, release, nullptr, nullptr);
  method(env, object, "step", step, owned);
  method(env, object, "settle", settle, owned);
  method(env, object, "run", run, owned);
  method(env, object, "edges", edges, owned);
  method(env, object, "printed", printed, owned);
  method(env, object, "close", close, owned);
  return object;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "open", NAPI_AUTO_LENGTH, open, nullptr, &function);
  napi_set_named_property(env, exports, "open", function);
  return exports;
}
