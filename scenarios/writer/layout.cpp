#include "scenarios/writer/layout.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace scenarios::writer {

namespace {

constexpr std::size_t kColumns = 130;

std::string quoted(std::string_view text) { return nlohmann::json(text).dump(); }

}  // namespace

Node Node::text(std::string_view text) {
  Node node;
  node.scalar_ = quoted(text);
  return node;
}

Node Node::integer(std::int64_t value) {
  Node node;
  node.scalar_ = std::to_string(value);
  return node;
}

Node Node::natural(std::uint64_t value) {
  Node node;
  node.scalar_ = std::to_string(value);
  return node;
}

Node Node::boolean(bool value) {
  Node node;
  node.scalar_ = value ? "true" : "false";
  return node;
}

Node Node::null() {
  Node node;
  node.scalar_ = "null";
  return node;
}

Node Node::list(Opening opening) {
  Node node;
  node.kind_ = Kind::kList;
  node.opening_ = opening;
  return node;
}

Node Node::object(Opening opening) {
  Node node = list(opening);
  node.kind_ = Kind::kObject;
  return node;
}

Node& Node::add(Node entry) {
  parts_.push_back(Part{"", std::move(entry), false});
  return *this;
}

Node& Node::add(std::string_view key, Node value) {
  parts_.push_back(Part{quoted(key) + ": ", std::move(value), false});
  return *this;
}

Node& Node::add_line(std::string_view key, Node value) {
  parts_.push_back(Part{quoted(key) + ": ", std::move(value), true});
  return *this;
}

bool Node::is_empty() const { return parts_.empty(); }

// Lists of scalars stand close, as in ["a", "b"]; all else has room inside the brackets.
std::string Node::flat() const {
  if (kind_ == Kind::kScalar) {
    return scalar_;
  }
  bool all_scalars = kind_ == Kind::kList;
  std::string inside;
  for (const Part& part : parts_) {
    all_scalars = all_scalars && part.value.kind_ == Kind::kScalar;
    inside += (inside.empty() ? "" : ", ") + part.prefix + part.value.flat();
  }
  const std::string room = all_scalars || parts_.empty() ? "" : " ";
  return (kind_ == Kind::kList ? "[" : "{") + room + inside + room +
         (kind_ == Kind::kList ? "]" : "}");
}

bool Node::breaks_before(const Part& part) const {
  const bool is_entry = kind_ == Kind::kList && part.value.kind_ != Kind::kScalar;
  return each_on_a_line_ || part.on_new_line || is_entry;
}

// `column`: where it begins. `base`: how far the line around it is indented. `closers`: brackets
// and commas that follow on its last line.
void Node::print(std::string& out, std::size_t column, std::size_t base,
                 std::size_t closers) const {
  const std::string whole = flat();
  if (kind_ == Kind::kScalar || parts_.empty() ||
      (!each_on_a_line_ && column + whole.size() + closers <= kColumns)) {
    out += whole;
    return;
  }
  const bool hanging = opening_ == Opening::kHanging;
  const std::size_t left = hanging ? column + 2 : base + 2;
  out += kind_ == Kind::kList ? "[" : "{";
  out += hanging ? " " : "\n" + std::string(left, ' ');
  std::size_t at = left;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    const std::size_t behind = i + 1 == parts_.size() ? closers + 2 : 1;
    const std::size_t width = part.prefix.size() + part.value.flat().size();
    const bool has_room = at + 2 + width + behind <= kColumns;
    if (i > 0 && has_room && !breaks_before(part)) {
      out += ", ";
      at += 2;
    } else if (i > 0) {
      out += ",\n" + std::string(left, ' ');
      at = left;
    }
    out += part.prefix;
    const std::size_t before = out.size();
    part.value.print(out, at + part.prefix.size(),
                     kind_ == Kind::kList || !hanging ? left : base + 2, behind);
    const std::size_t line = out.find('\n', before);
    at = line == std::string::npos ? at + width : kColumns;
  }
  out += kind_ == Kind::kList ? " ]" : " }";
}

std::string Node::document() const {
  std::string out = "{\n";
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    out += "  " + parts_[i].prefix;
    parts_[i].value.print(out, 2 + parts_[i].prefix.size(), 2, 1);
    out += i + 1 < parts_.size() ? ",\n" : "\n";
  }
  return out + "}\n";
}

}  // namespace scenarios::writer
