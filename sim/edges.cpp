#include "sim/edges.hpp"

namespace sim {

void EdgeList::append_state(bool is_pending) {
  if ((states_ & 63U) == 0) {
    pending_.push_back(0);
  }
  pending_[states_ >> 6] |= std::uint64_t{is_pending ? 1U : 0U} << (states_ & 63U);
  ++states_;
}

void EdgeList::append_source(std::uint32_t edges) {
  if ((starts_.size() & ((std::uint64_t{1} << kBlock) - 1)) == 0) {
    bases_.push_back(announced_);
  }
  const std::uint64_t start = announced_ - bases_[bases_.size() - 1];
  SIM_CHECK(start <= UINT32_MAX, "too many edges in one block of states");
  starts_.push_back(static_cast<std::uint32_t>(start));
  announced_ += edges;
}

}  // namespace sim
