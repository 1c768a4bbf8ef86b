// The scenario files below a folder, each read under every protocol that it is for: its own and
// those that its `expect` names.
//
// Folders called `invalid` hold no scenarios and are skipped. The order is that of the paths, byte
// by byte. Errors: collected, one line each, with the option that led there where it was not the
// file alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/scenario.hpp"

namespace scenarios {

struct Variant {
  std::string protocol;
  Scenario scenario;  // as read under it
};

struct ScenarioFile {
  std::string path;
  std::string text;
  std::vector<Variant> variants;  // the first is that of its own protocol

  // The command line that runs it under a protocol, after `cutover run`.
  [[nodiscard]] std::string arguments(std::string_view protocol) const;
  // Under a protocol with one rule changed; nullopt if the change makes no difference there, or
  // makes another file of it than a valid one.
  [[nodiscard]] std::optional<Scenario> mutated(std::string_view protocol,
                                                std::string_view mutation) const;
};

struct Catalogue {
  std::vector<ScenarioFile> files;
  std::vector<std::string> problems;  // if there is one, the files are not all there
};

Catalogue read_catalogue(const std::string& folder);

}  // namespace scenarios
