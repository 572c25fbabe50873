namespace Granary.Core.Cursors;

/// <summary>What taking a page did.</summary>
/// <param name="Cursor">The cursor after it.</param>
/// <param name="Added">Builds that became pending.</param>
/// <param name="Opened">Running builds seen for the first time.</param>
/// <param name="Known">Builds that were known already.</param>
public sealed record TakenPage(CursorState Cursor, int Added, int Opened, int Known);
