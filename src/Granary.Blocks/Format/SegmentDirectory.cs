namespace Granary.Blocks.Format;

/// <summary>Everything of a segment that a reader keeps in memory: some 30 bytes a block and a page.</summary>
internal sealed record SegmentDirectory
{
    public required DateOnly Day { get; init; }

    public required IReadOnlyList<BlockEntry> Blocks { get; init; }

    public required IReadOnlyList<PageEntry> Pages { get; init; }

    public required TermSection Tokens { get; init; }

    public required TermSection Pairs { get; init; }

    public required TermSection Trigrams { get; init; }

    /// <summary>Of the table from build to page: 8 bytes of the build's hash and 4 of the page's number, ascending.</summary>
    public required long BuildsOffset { get; init; }

    public required int BuildsCount { get; init; }

    public required uint BuildsCrc { get; init; }

    public void Write(ByteSink sink)
    {
        sink.Signed(Day.DayNumber);
        sink.Unsigned((ulong)Blocks.Count);
        foreach (var block in Blocks)
        {
            Write(sink, block);
        }

        sink.Unsigned((ulong)Pages.Count);
        foreach (var page in Pages)
        {
            Write(sink, page);
        }

        Tokens.Write(sink);
        Pairs.Write(sink);
        Trigrams.Write(sink);
        sink.Unsigned((ulong)BuildsOffset);
        sink.Unsigned((ulong)BuildsCount);
        sink.Fixed32(BuildsCrc);
    }

    public static SegmentDirectory Read(ReadOnlySpan<byte> bytes, long fileLength)
    {
        var source = new ByteSource(bytes);
        var day = source.Count(DateOnly.MaxValue.DayNumber * 2) >> 1;
        var blocks = new BlockEntry[source.Count(Math.Min(SegmentFormat.MaxBlocks, source.Left))];
        for (var index = 0; index < blocks.Length; index++)
        {
            blocks[index] = ReadBlock(ref source, fileLength);
        }

        var pages = new PageEntry[source.Count(source.Left)];
        for (var index = 0; index < pages.Length; index++)
        {
            pages[index] = ReadPage(ref source, fileLength);
        }

        return new SegmentDirectory
        {
            Day = DateOnly.FromDayNumber(day),
            Blocks = blocks,
            Pages = pages,
            Tokens = TermSection.Read(ref source, fileLength),
            Pairs = TermSection.Read(ref source, fileLength),
            Trigrams = TermSection.Read(ref source, fileLength),
            BuildsOffset = (long)source.Unsigned(),
            BuildsCount = source.Count((int)Math.Min(fileLength, int.MaxValue) / BuildTable.EntrySize),
            BuildsCrc = source.Fixed32(),
        };
    }

    private static void Write(ByteSink sink, BlockEntry block)
    {
        sink.Unsigned((ulong)block.Offset);
        sink.Unsigned((ulong)block.Stored);
        sink.Unsigned((ulong)block.Raw);
        sink.Fixed32(block.Crc);
        sink.Byte(block.Flags);
        sink.Byte(block.Severities);
        sink.Signed(block.FirstTime);
        sink.Signed(block.LastTime);
        sink.Unsigned((ulong)block.Pages.Length);
        var from = 0;
        foreach (var page in block.Pages)
        {
            sink.Unsigned((ulong)(page - from));
            from = page;
        }
    }

    private static BlockEntry ReadBlock(ref ByteSource source, long fileLength)
    {
        var block = new BlockEntry
        {
            Offset = (long)source.Unsigned(),
            Stored = source.Count(2 * SegmentFormat.MaxBlockBytes),
            Raw = source.Count(SegmentFormat.MaxBlockBytes),
            Crc = source.Fixed32(),
            Flags = source.Byte(),
            Severities = source.Byte(),
            FirstTime = source.Signed(),
            LastTime = source.Signed(),
            Pages = new int[source.Count(source.Left)],
        };
        var from = 0;
        for (var index = 0; index < block.Pages.Length; index++)
        {
            block.Pages[index] = from += source.Count(int.MaxValue - from);
        }

        return Fits(block.Offset, block.Stored, fileLength) ? block : throw new InvalidDataException("a block is not in the file");
    }

    private static void Write(ByteSink sink, PageEntry page)
    {
        sink.Unsigned((ulong)page.Offset);
        sink.Unsigned((ulong)page.Stored);
        sink.Unsigned((ulong)page.Raw);
        sink.Fixed32(page.Crc);
        sink.Signed(page.FirstFinish);
        sink.Signed(page.LastFinish);
        sink.Unsigned((ulong)page.Logs);
    }

    private static PageEntry ReadPage(ref ByteSource source, long fileLength)
    {
        var page = new PageEntry((long)source.Unsigned(), source.Count(2 * SegmentFormat.MaxPageBytes),
            source.Count(SegmentFormat.MaxPageBytes), source.Fixed32(), source.Signed(), source.Signed(), source.Count(int.MaxValue));
        return Fits(page.Offset, page.Stored, fileLength) ? page : throw new InvalidDataException("a page is not in the file");
    }

    private static bool Fits(long offset, long length, long fileLength) => offset >= 0 && offset <= fileLength - length;
}
