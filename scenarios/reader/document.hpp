// A whole scenario as JSON, for checks that look at several places of it.
//
// A problem at a place that the document does not have is reported at the nearest one around it.
// Errors: none.
#pragma once

#include <string>
#include <vector>

#include "scenarios/reader/json_lines.hpp"
#include "scenarios/reader/problem.hpp"

namespace scenarios {

class Document {
 public:
  using Path = std::vector<std::string>;

  // Both must outlive this object.
  Document(const Json& root, Problems& problems) : root_(&root), problems_(&problems) {}

  // The value at the end of the path; null if there is none.
  [[nodiscard]] const Json* find(const Path& path) const;
  void complain(const Path& path, std::string text) const;
  // The same of a key that should be there: under its own pointer, in the line of what is around
  // it.
  void miss(const Path& path, std::string text) const;

 private:
  const Json* root_;
  Problems* problems_;
};

}  // namespace scenarios
