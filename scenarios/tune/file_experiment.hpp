// The experiment behind `cutover tune`: a scenario file with one value after the other, each tried
// by a campaign of its own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "scenarios/check/campaign.hpp"
#include "scenarios/tune/experiment.hpp"
#include "scenarios/tune/setting.hpp"

namespace scenarios {

class FileExperiment final : public Experiment {
 public:
  // `properties`: what must not be refuted. Of `campaign` seed and jobs count. REQUIRES: the reader
  // accepts every value of the grid.
  FileExperiment(Setting setting, const Grid& grid, const PropertySet& properties,
                 const CampaignOptions& campaign)
      : setting_(std::move(setting)), grid_(grid), properties_(properties), campaign_(campaign) {}

  [[nodiscard]] std::unique_ptr<Lane> lane() const override;
  Survey survey(std::int64_t index, std::uint64_t runs) override;

  // The file with this value.
  [[nodiscard]] Scenario scenario(std::int64_t index) const;
  [[nodiscard]] const Grid& grid() const { return grid_; }
  [[nodiscard]] const Setting& setting() const { return setting_; }

 private:
  struct Place {
    explicit Place(Scenario file) : scenario(std::move(file)) { subject.file = &scenario; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    Place(Place&&) = delete;
    Place& operator=(Place&&) = delete;
    ~Place() = default;

    Scenario scenario;
    Subject subject;
    CampaignState state;
    std::optional<Failure> failure;
  };
  Place& place(std::int64_t index);
  [[nodiscard]] std::optional<Failure> failure_of(const Place& place, std::int64_t index,
                                                  const CampaignState& before) const;

  Setting setting_;
  Grid grid_;
  PropertySet properties_;
  CampaignOptions campaign_;
  std::map<std::int64_t, Place> places_;
};

}  // namespace scenarios
