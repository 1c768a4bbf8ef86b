// `cutover vectors check`, `generate` and `from`: cases of one gate subtask (format:
// tests/vectors/README.md), held against the model's gate, made with it, or taken from a run.
//
// All return the exit code: 0 all agree or all is written, 1 some cases disagree, 64 bad command
// line, 65 a line is no case, or a file cannot be read or written.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace cli {

struct VectorsCheckOptions {
  std::vector<std::string> files;
  std::optional<std::string> protocol;  // in place of those of the cases
  std::vector<std::string> mutations;   // ids
  bool all = false;                     // says every finding, not the first of each file
};

// Numbers as the user wrote them.
struct VectorsGenerateOptions {
  std::string protocol;
  std::string cases;
  std::string seed = "1";
  std::optional<std::string> out;  // a path, "-" or none: standard output
};

struct VectorsFromOptions {
  std::string file;
  std::optional<std::string> seed;  // as the user wrote it; none: the scenario's own, else 1
  std::optional<std::string> protocol;
  std::optional<std::string> out;  // as above
};

int vectors_check_command(const VectorsCheckOptions& options);
int vectors_generate_command(const VectorsGenerateOptions& options);
int vectors_from_command(const VectorsFromOptions& options);

}  // namespace cli
