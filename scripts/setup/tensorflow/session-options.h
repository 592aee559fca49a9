// Read by the compiler before tfjs-node's sources: the sessions they make optimise their graphs by one pass only.
//
// The graphs that src/main/tensor/trace.ts writes are pruned and have no equal nodes, so TensorFlow's graph optimiser
// (Grappler) finds next to nothing in them, and looking took most of a graph's first call: 3.9 s of CPU for the 15
// graphs of a small run, 1.2 s this way. The remapper stays, because it does change them where oneDNN is on (x *
// sigmoid(x) becomes one kernel), and results with them: every bit is what it was with all passes.
#pragma once
#include <cstdint>

#include "tensorflow/c/c_api.h"

namespace sophia {

// ConfigProto { graph_options { rewrite_options { ... } } } as protocol buffers write it
// (tensorflow/core/protobuf/{config,rewriter_config}.proto). Of a pass 2 means off; the optimiser goes over a graph once.
inline TF_SessionOptions* RemapperOnly() {
  static const uint8_t kPasses[] = {
      1 << 3, 2,                  // layout_optimizer: off
      2 << 3, 1,                  // disable_model_pruning: true
      3 << 3, 2,                  // constant_folding: off
      4 << 3, 1,                  // memory_optimization: none
      7 << 3, 2,                  // arithmetic_optimization: off
      8 << 3, 2,                  // dependency_optimization: off
      9 << 3, 2,                  // loop_optimization: off
      10 << 3, 2,                 // function_optimization: off
      12 << 3, 1,                 // meta_optimizer_iterations: one
      13 << 3, 2,                 // shape_optimization: off
      15 << 3, 2,                 // scoped_allocator_optimization: off
      0x80 | (22 << 3 & 0x7f), 22 << 3 >> 7, 2,  // implementation_selector: off
      0x80 | (24 << 3 & 0x7f), 24 << 3 >> 7, 2,  // common_subgraph_elimination: off
      0x80 | (32 << 3 & 0x7f), 32 << 3 >> 7, 1,  // disable_tfg_optimizer: true
  };
  uint8_t config[sizeof(kPasses) + 4] = {10 << 3 | 2, sizeof(kPasses) + 2, 10 << 3 | 2, sizeof(kPasses)};
  for (size_t i = 0; i < sizeof(kPasses); i++) config[i + 4] = kPasses[i];
  TF_SessionOptions* options = TF_NewSessionOptions();
  TF_Status* status = TF_NewStatus();
  TF_SetConfig(options, config, sizeof(config), status);  // where it is refused the session keeps all passes
  TF_DeleteStatus(status);
  return options;
}

}  // namespace sophia

#define TF_NewSessionOptions sophia::RemapperOnly
