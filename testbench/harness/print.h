// Where the text goes that a design prints; Verilator's runtime is compiled with this in place of printf.
#pragma once

int whittlePrint(const char* format, ...) __attribute__((format(printf, 1, 2)));
