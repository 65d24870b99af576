// The reference for simulators: the emitted Verilog in Verilator, driven from C++ with every input set and every output
// read in every cycle. The traffic and the hash are those of bench/traffic.ts; both must print the same hash.
// Compiled with DESIGN set to 1 (mac), 2 (array), 3 (eie) or 4 (eie, whole transactions through its streams, as in
// bench/bridge-traffic.ts, one for every 10,000 cycles asked for), and MODEL to the class that Verilator makes. Prints the hash, seconds and cycles.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <type_traits>

#include "verilated.h"

#define STRING_(x) #x
#define STRING(x) STRING_(x)
#define HEADER_(x) STRING(x.h)
#include HEADER_(MODEL)

namespace {

std::uint32_t next(std::uint32_t s) {
    s ^= s << 13;
    s ^= s >> 17;
    s ^= s << 5;
    return s;
}

struct Traffic {
    std::uint32_t state = 12345;
    std::uint32_t hash = 2166136261u;
    std::uint32_t draw() { return state = next(state); }
    void mix(std::uint32_t word) { hash = (hash ^ word) * 16777619u; }
};

// A number into a port of any width.
template <typename Port>
void set(Port& port, std::uint32_t value) {
    if constexpr (std::is_integral_v<Port>) {
        port = value;
    } else {
        for (std::size_t i = 0; i < sizeof(Port) / sizeof(std::uint32_t); ++i) port[i] = 0;
        port[0] = value;
    }
}

void edge(MODEL& top) {
    top.clock = 0;
    top.eval();
    top.clock = 1;
    top.eval();
}

#if DESIGN == 1
void prepare(MODEL& top) {
    top.seed = 0xdeadbeef;
    top.reseed = 1;
}
void release(MODEL& top) { top.reseed = 0; }
void cycle(MODEL& top, Traffic& t) {
    std::uint32_t s = t.draw();
    top.a = s & 0xffff;
    top.b = s >> 16;
    s = t.draw();
    top.inValid = (s & 3) != 0;
    top.last = (s & 0x1c) == 0;
    top.outReady = (s & 0x60) != 0;
    edge(top);
    t.mix(top.y | top.outValid << 16 | top.inReady << 17);
}
#elif DESIGN == 2
void prepare(MODEL& top) { top.reseed = 1; }
void release(MODEL& top) { top.reseed = 0; }
void cycle(MODEL& top, Traffic& t) {
    std::uint32_t s = t.draw();
    top.x = s & 0xffff;
    top.select = (s >> 16) & 63;
    s = t.draw();
    top.inValid = (s & 3) != 0;
    top.last = (s & 0x1c) == 0;
    top.outReady = (s & 0x60) != 0;
    top.address = (s >> 16) & 255;
    top.write = ((s >> 24) & 3) == 0;
    s = t.draw();
    top.writeData = s & 0xffff;
    top.writeAddress = (s >> 16) & 255;
    top.writeElement = (s >> 24) & 63;
    edge(top);
    t.mix(top.y | top.yValid << 16 | top.inReady << 17);
    t.mix(top.check);
}
#else
void prepare(MODEL& top) { top.results_ready = 1; }
void release(MODEL&) {}
#if DESIGN == 3
void cycle(MODEL& top, Traffic& t) {
    std::uint32_t s = t.draw();
    top.load_valid = (s & 3) != 0;
    top.load_data_space = (s >> 2) & 7;
    top.load_data_pe = (s >> 5) & 63;
    top.load_data_address = (s >> 11) & 63;
    top.results_ready = (s >> 20) & 1;
    s = t.draw();
    set(top.load_data_data, s & 0x7fffffff);
    edge(top);
    t.mix(top.load_ready | top.results_valid << 1 | top.busy << 2);
}
#else
// All activation registers are loaded and read back; both ends hesitate before a quarter of the cycles.
long transaction(MODEL& top, Traffic& t, std::uint32_t noise) {
    const int pes = 64, depth = 64, words = pes * depth;
    int sent = 0, got = 0;
    long cycles = 0;
    bool offering = false;
    for (; sent <= words || got < words; ++cycles) {
        noise = next(noise);
        if (!offering && sent <= words && (noise & 255) >= 64) {
            offering = true;
            const bool read = sent == words;
            top.load_data_space = read ? 6 : 3;
            top.load_data_pe = read ? 0 : sent % pes;
            top.load_data_address = read ? 0 : sent / pes;
            set(top.load_data_data, read ? depth : t.draw() & 0xffff);
        }
        const bool taking = got < words && ((noise >> 8) & 255) >= 64;
        top.load_valid = offering;
        top.results_ready = taking;
        top.clock = 0;
        top.eval();
        const bool accepted = offering && top.load_ready;
        const bool taken = taking && top.results_valid;
        if (taken) t.mix(top.results_data);
        top.clock = 1;
        top.eval();
        if (accepted) {
            ++sent;
            offering = false;
        }
        got += taken;
    }
    top.load_valid = 0;
    top.results_ready = 0;
    return cycles;
}
#endif
#endif

}  // namespace

int main(int argc, char** argv) {
    const long cycles = argc > 1 ? std::atol(argv[1]) : 1000;
    VerilatedContext context;
    MODEL top{&context};
    prepare(top);
    top.reset = 1;
    for (int i = 0; i < 4; i++) edge(top);
    top.reset = 0;
    release(top);
    Traffic traffic;
    const auto start = std::chrono::steady_clock::now();
#if DESIGN == 4
    long done = 0;
    for (std::uint32_t number = 1; number <= cycles / 10000; ++number) done += transaction(top, traffic, number);
    traffic.mix(static_cast<std::uint32_t>(done));
#else
    for (long i = 0; i < cycles; i++) cycle(top, traffic);
    const long done = cycles;
#endif
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%08x %.9f %ld\n", traffic.hash, seconds.count(), done);
    return 0;
}
