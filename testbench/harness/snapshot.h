// Verilator's streams for the state of a model, into memory and out of it.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include <verilated_save.h>

namespace whittle {

class SnapshotWriter final : public VerilatedSerialize {
public:
  SnapshotWriter() { m_isOpen = true; }
  void flush() override {
    text_.append(reinterpret_cast<const char*>(m_bufp), static_cast<std::size_t>(m_cp - m_bufp));
    m_cp = m_bufp;
  }
  std::string finish() {
    flush();
    return std::move(text_);
  }

private:
  std::string text_;
};

class SnapshotReader final : public VerilatedDeserialize {
public:
  explicit SnapshotReader(const std::string& text) : next_{text.data()}, end_{text.data() + text.size()} {
    m_isOpen = true;
    m_cp = m_bufp;
    m_endp = m_bufp;
    fill();
  }
  // Keeps what was not read and appends what comes next; zeros follow the end.
  void fill() override {
    const std::size_t rest = static_cast<std::size_t>(m_endp - m_cp);
    std::memmove(m_bufp, m_cp, rest);
    const std::size_t taken = std::min<std::size_t>(bufferSize() - rest, static_cast<std::size_t>(end_ - next_));
    std::memcpy(m_bufp + rest, next_, taken);
    std::memset(m_bufp + rest + taken, 0, bufferSize() - rest - taken);
    next_ += taken;
    m_cp = m_bufp;
    m_endp = m_bufp + bufferSize();
  }

private:
  const char* next_;
  const char* const end_;
};

}  // namespace whittle
