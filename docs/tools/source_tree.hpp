// The project's own files, as text, for the tools and tests that read them.
//
// Errors: a folder that is not there has no files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace docs {

struct SourceFile {
  std::string path;  // from the root of the project, with /
  std::string text;
};

// Every regular file below the folders, in order of path; folders whose name begins with a dot,
// build trees (`build`, `out`) left out. `folders` are relative to `root`; "" is all of it.
std::vector<SourceFile> read_tree(const std::filesystem::path& root,
                                  const std::vector<std::string>& folders);

// The whole text of one file; empty if it cannot be read.
std::string read_text(const std::filesystem::path& file);

std::vector<std::string_view> lines_of(std::string_view text);

// "scenarios" of "scenarios/reader/x.hpp".
std::string_view first_folder(std::string_view path);

}  // namespace docs
