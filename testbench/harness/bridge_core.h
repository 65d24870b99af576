#pragma once

#include <chrono>

#if defined(__linux__)
#include <sched.h>
#endif

namespace whittle {

#if defined(__linux__)

// Whoever takes turns with a client needs no second core, and to wake an idle one takes longer than a short request. So the client can be
// woken on the core of the thread that answers it. Whether that is faster depends on what else runs on this machine: now one way is taken,
// now the other, and then for a while the one that took less time.
class SharedCore {
  using Clock = std::chrono::steady_clock;

public:
  // `client`: the thread that waits for answers, 0 for none that we know.
  explicit SharedCore(pid_t client) : client_{client} {
    CPU_ZERO(&everywhere_);
    sched_getaffinity(0, sizeof everywhere_, &everywhere_);
  }

  // A request came: whether others follow it already, and when it was answered.
  void answered(Clock::time_point came, bool followed) {
    const auto now = Clock::now();
    if (client_ == 0) return;
    if (followed || now - came > kShort || now - last_ > kPause) {
      // No taking of turns.
      begin(kApart, now);
    } else if (++turns_ == (mode_ == kChosen ? kKept : kTried)) {
      took_[mode_] = now - begun_;
      begin(mode_ == kApart ? kTogether : mode_ == kTogether ? kChosen : kApart, now);
    }
    last_ = now;
  }

  // Sends an answer, which wakes the client.
  template <typename Send>
  void wake(Send send) {
    cpu_set_t before;
    if (!together_ || sched_getaffinity(client_, sizeof before, &before) != 0) return send();
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(sched_getcpu(), &here);
    // Only for the moment in which a core is chosen for it: what the client starts must be free to run anywhere.
    sched_setaffinity(client_, sizeof here, &here);
    send();
    sched_setaffinity(client_, sizeof before, &before);
  }

private:
  enum Mode { kApart, kTogether, kChosen };

  static constexpr std::chrono::microseconds kShort{100};
  static constexpr std::chrono::milliseconds kPause{10};
  static constexpr int kTried = 64;
  static constexpr int kKept = 2048;

  void begin(Mode mode, Clock::time_point now) {
    mode_ = mode;
    turns_ = 0;
    begun_ = now;
    const bool together = mode == kTogether || (mode == kChosen && took_[kTogether] < took_[kApart]);
    if (together == together_) return;
    together_ = together;
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(sched_getcpu(), &here);
    sched_setaffinity(0, sizeof here, together ? &here : &everywhere_);
  }

  const pid_t client_;
  cpu_set_t everywhere_;
  Mode mode_ = kApart;
  int turns_ = 0;
  bool together_ = false;
  Clock::time_point begun_{}, last_{};
  Clock::duration took_[3]{};
};

#else

class SharedCore {
public:
  explicit SharedCore(int) {}
  void answered(std::chrono::steady_clock::time_point, bool) {}
  template <typename Send>
  void wake(Send send) {
    send();
  }
};

#endif

}  // namespace whittle
