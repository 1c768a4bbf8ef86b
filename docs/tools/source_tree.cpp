#include "docs/tools/source_tree.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace docs {

namespace {

bool is_left_out(const std::filesystem::path& folder) {
  const std::string name = folder.filename().string();
  return name == "build" || name == "out" || (name.starts_with(".") && name != ".ci");
}

}  // namespace

std::vector<SourceFile> read_tree(const std::filesystem::path& root,
                                  const std::vector<std::string>& folders) {
  namespace fs = std::filesystem;
  std::vector<SourceFile> files;
  for (const std::string& folder : folders) {
    std::error_code no_such_folder;
    for (fs::recursive_directory_iterator at{root / folder, no_such_folder}, end; at != end; ++at) {
      if (at->is_directory() && is_left_out(at->path())) {
        at.disable_recursion_pending();
      } else if (at->is_regular_file()) {
        std::string path = at->path().lexically_relative(root).generic_string();
        files.push_back(SourceFile{std::move(path), read_text(at->path())});
      }
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::string_view first_folder(std::string_view path) { return path.substr(0, path.find('/')); }

}  // namespace docs
