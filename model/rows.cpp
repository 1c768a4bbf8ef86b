#include "model/rows.hpp"

#include "sim/random.hpp"

namespace model {

namespace {

constexpr std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  return sim::mix64(a + ((b + 1) * sim::kGoldenGamma));
}

}  // namespace

Rows::Rows(const Plan& plan) : plan_(&plan), records_(plan.job().records) {}

std::uint32_t Rows::number(std::uint32_t item) const {
  return is_row(item) ? row(item).number : plan_->record(item).number;
}

std::uint32_t Rows::key(std::uint32_t item) const {
  if (is_row(item)) {
    return row(item).key;
  }
  const Plan::RecordName name = plan_->record(item);
  const bool has_keys = plan_->settings().inputs[name.input].has_keys();
  return has_keys ? plan_->inputs()[name.input].key(name.place) : 0;
}

std::uint32_t Rows::lane(std::uint32_t item) const {
  if (is_row(item)) {
    return row(item).lane;
  }
  const Plan::RecordName name = plan_->record(item);
  const std::uint64_t source = plan_->job().ops[plan_->range_of(item).op].name;
  const std::uint32_t partition = plan_->inputs()[name.input].partition(name.place);
  return static_cast<std::uint32_t>(mixed(source, partition));
}

std::uint64_t Rows::name(std::uint32_t item) const {
  if (is_row(item)) {
    return names_[row(item).identity];
  }
  const std::vector<std::uint64_t>& names = plan_->job().draw_names;
  return names.empty() ? item : names[item];
}

std::uint64_t Rows::digest(std::uint32_t item) const {
  return is_row(item) ? row(item).digest : sim::mix64(name(item) + 1);
}

std::uint32_t Rows::with(std::uint32_t content, std::uint32_t item) {
  if (contents_.size() == limits::kContents) {
    throw WorldTooLarge{};
  }
  const std::uint64_t before = content == kNoContent ? 0 : contents_[content].digest;
  contents_.push_back(Content{content, item, false, before + digest(item)});
  return static_cast<std::uint32_t>(contents_.size()) - 1;
}

std::uint32_t Rows::joined(std::uint32_t a, std::uint32_t b) {
  if (a == kNoContent || b == kNoContent) {
    return a == kNoContent ? b : a;
  }
  contents_.push_back(Content{a, b, true, contents_[a].digest + contents_[b].digest});
  return static_cast<std::uint32_t>(contents_.size()) - 1;
}

Row Rows::like(std::uint32_t item, std::uint32_t times) const {
  Row row;
  row.time = time(item, times);
  row.key = key(item);
  row.number = number(item);
  row.lane = lane(item);
  return row;
}

std::uint32_t Rows::add(const Identity& identity, Row like) {
  const auto next = static_cast<std::uint32_t>(identities_.size());
  const auto [at, is_new] = numbers_.try_emplace(identity, next);
  if (is_new) {
    const auto subject_name = [&](std::uint32_t subject) {
      return subject < records_ ? name(subject) : names_[subject - records_];
    };
    const bool is_of_key = identity.kind == Identity::Kind::kWindow;
    const bool is_pair = identity.kind == Identity::Kind::kPair;
    const std::uint64_t of = is_of_key ? identity.of : subject_name(identity.of);
    const std::uint64_t a = is_pair ? subject_name(static_cast<std::uint32_t>(identity.a))
                                    : static_cast<std::uint32_t>(identity.a);
    const std::uint64_t kind = static_cast<std::uint64_t>(identity.kind);
    names_.push_back(mixed(mixed(mixed(mixed(plan_->job().ops[identity.op].name, kind), of), a),
                           static_cast<std::uint32_t>(identity.b)));
    identities_.push_back(identity);
  }
  like.identity = at->second;
  like.digest =
      mixed(names_[like.identity], like.content == kNoContent ? 0 : contents_[like.content].digest);
  rows_.push_back(like);
  return records_ + static_cast<std::uint32_t>(rows_.size()) - 1;
}

void Rows::came_late(std::uint32_t item, std::uint32_t op) {
  const std::uint64_t bit = std::uint64_t{1} << plan_->job().ops[op].place;
  late_.resize(records_);
  visit_lineage(
      item, [](std::uint32_t) {}, [&](std::uint32_t record) { late_[record] |= bit; });
}

std::string Rows::describe(std::uint32_t identity) const {
  const Identity& of = identities_[identity];
  const auto subject = [&](std::uint32_t number) {
    return number < records_ ? plan_->record_name(number) : describe(number - records_);
  };
  const std::string& by = plan_->job().op_ids[of.op];
  const auto time = [&](std::int32_t ms) {
    return std::to_string(Mark{ms}.since(plan_->origin()).ms());
  };
  switch (of.kind) {
    case Identity::Kind::kCopy:
      return by + "(" + subject(of.of) + (of.a == 0 ? "" : "#" + std::to_string(of.a)) + ")";
    case Identity::Kind::kLate: return by + "(late " + subject(of.of) + ")";
    case Identity::Kind::kWindow:
      return by + "(key " + std::to_string(of.of) + " [" + time(of.a) + ", " + time(of.b) + "))";
    case Identity::Kind::kPair:
      return by + "(" + subject(of.of) + ", " + subject(static_cast<std::uint32_t>(of.a)) + ")";
  }
  return by;
}

}  // namespace model
