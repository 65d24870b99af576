// The mean of the last two samples.
module average #(parameter WIDTH = 8) (
  input                         clk,
  input                         rst_n,
  input                         en,
  input  signed [WIDTH-1:0]     sample,
  output signed [WIDTH-1:0]     mean
);
  reg  signed [WIDTH-1:0] last;
  wire signed [WIDTH:0]   sum = last + sample;

  assign mean = sum >>> 1;

  always @(posedge clk or negedge rst_n)
    if (!rst_n)  last <= 0;
    else if (en) last <= sample;
endmodule
