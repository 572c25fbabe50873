using Granary.Blocks.Catalogue;
using Granary.Blocks.Format;

namespace Granary.Blocks.Reading;

/// <summary>A segment of a snapshot, open.</summary>
internal sealed record SnapshotSegment(SegmentRow Row, SegmentReader Reader);
