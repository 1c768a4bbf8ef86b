// Puts the gates into a job graph (phase2.md section 7): from a graph to a graph.
//
// A gate on an edge copies the parallelism of the operator behind it and keeps the edge's
// partitioner on its own input; to the operator behind it leads a forward edge, or one by key
// groups where that operator is keyed and the gate cannot chain into it. So no record goes to
// another subtask than without the gate. The two chain where Flink's rules allow it (rt:T1);
// otherwise the gate is a vertex of its own, and each record is serialized once more. Every gate
// sees the watermark of its edge alone.
//
// A gate that is part of a sink (kInSink) judges what comes by any of its inputs, at the sink's own
// watermark (rt:V9). Errors: REQUIRES a placement that the reader found valid.
#pragma once

#include <cstdint>
#include <vector>

#include "model/job_graph.hpp"
#include "model/protocol.hpp"
#include "model/settings.hpp"

namespace model {

// The operators without inputs / without outputs, which the automatic placement counts.
std::vector<JobVertex> sources_of(const JobGraph& graph);
std::vector<JobVertex> sinks_of(const JobGraph& graph);

// The edges that get a gate of their own, target by target, input by input; none for kInSink.
std::vector<JobEdgeId> gated_edges(const JobGraph& graph, const GatePlacement& placement);

// The job with its gates. `partitioner`: what the protocol's injection makes of it; where the job
// itself places its gates (kManual, kInSink) it stays.
JobGraph with_gates(const JobGraph& job, const GatePlacement& placement,
                    GatePartitioner partitioner);

// The placement without what it says of operators and edges that the job does not have. Without an
// edge left the gates go before the sinks; what the automatic placement would refuse is allowed.
GatePlacement fitted(GatePlacement placement, const JobSettings& job);

// The largest number of subtasks that a gate of the job has; 0: it has none. Also of a job that is
// no valid graph.
std::uint32_t most_gates(const JobSettings& job, const GatePlacement& placement);

}  // namespace model
