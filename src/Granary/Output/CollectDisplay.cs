using System.Diagnostics;
using System.Globalization;
using Granary.App.Collecting;
using Granary.Core.Model;
using Spectre.Console;

namespace Granary.Output;

/// <summary>Shows collecting on standard error: a bar on a terminal, plain lines elsewhere.</summary>
internal sealed class CollectDisplay : IDisposable
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(250);

    private readonly IAnsiConsole? terminal;
    private readonly TextWriter plain = Console.Error;
    private readonly Stopwatch watch = Stopwatch.StartNew();

    private CollectDisplay(IAnsiConsole? terminal) => this.terminal = terminal;

    public static CollectDisplay Create() => Console.IsErrorRedirected || TerminalText.IsDumb() ? CreatePlain() : new(
        AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }));

    public static CollectDisplay CreatePlain() => new(null);

    /// <summary>Tells of what a person must know; the rest is in the numbers.</summary>
    public void Tell(CollectEvent happened)
    {
        var line = happened switch
        {
            CollectEvent.PollFailed failed => $"{failed.Source.Name}: {failed.Reason}; trying again",
            CollectEvent.BuildDone { Receipt.Status: ReceiptStatus.Failed } done =>
                $"{done.Receipt.Build.Key}: given up after {Counts.Of(done.Receipt.Attempts, "reading")}: {string.Join("; ", done.Receipt.Reasons)}",
            CollectEvent.BuildDone { Receipt: { GivenUp: { } given } receipt } => $"{receipt.Build.Key}: {given.Reason}",
            CollectEvent.BuildDone done when done.Receipt.Files.FirstOrDefault(file => file.Refused > 0) is { Reason: { } reason } =>
                $"{done.Receipt.Build.Key}: {reason}",
            CollectEvent.OrphansLeft left => $"half-read builds of removed sources are still in the index: {left.Reason}; trying again",
            CollectEvent.IndexAvailability { Reason: { } reason } => $"the index takes nothing: {reason}; trying again",
            CollectEvent.IndexAvailability => "the index takes lines again",
            _ => null,
        };
        if (line is not null)
        {
            Line(line);
        }
    }

    /// <summary>Shows progress until cancelled.</summary>
    public async Task ShowAsync(Func<CancellationToken, Task<CollectProgress>> read, CancellationToken cancellation)
    {
        if (terminal is null)
        {
            using var timer = new PeriodicTimer(PlainInterval);
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                Line(Text(await read(cancellation)));
            }

            return;
        }

        await terminal.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new ProgressBarColumn { Width = 24 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context => DrawAsync(context.AddTask("collecting"), read, cancellation));
    }

    /// <summary>The last line: what was done in all.</summary>
    public void Finish(CollectProgress progress)
    {
        var run = progress.Run;
        if (run.BuildsFailed > 0)
        {
            Line("what failed is read again after 'granary verify --repair'");
        }

        var seconds = watch.Elapsed.TotalSeconds;
        Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Counts.Of(run.BuildsComplete, "build")}, {Counts.Of(run.Lines, "line")}, {Sizes.Of(run.Bytes)} in {seconds:F1} s ({Sizes.Of((long)(run.Bytes / seconds))}/s); {run.BuildsFailed:N0} failed, {progress.Pending:N0} pending"));
    }

    /// <inheritdoc/>
    public void Dispose() => plain.Flush();

    public void Line(string text)
    {
        if (terminal is null)
        {
            plain.WriteLine(Console.IsErrorRedirected ? text : TerminalText.Plain(text));
        }
        else
        {
            terminal.WriteLine(TerminalText.Plain(text));
        }
    }

    private static async Task DrawAsync(
        ProgressTask bar, Func<CancellationToken, Task<CollectProgress>> read, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(BarInterval);
        do
        {
            var progress = await read(cancellation);
            bar.MaxValue = Math.Max(1, progress.Run.BuildsComplete + progress.Pending);
            bar.Value = progress.Run.BuildsComplete;
            bar.Description = Markup.Escape(Text(progress));
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private static string Text(CollectProgress progress)
    {
        var run = progress.Run;
        var lag = progress.Lag is { } late ? $", lag {Durations.Of(late)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Counts.Of(run.BuildsComplete, "build")} ({progress.Pending:N0} pending), {Counts.Of(run.Lines, "line")}, {Sizes.Of((long)run.BytesPerSecond)}/s{lag}, capacity {run.AvailableCapacity:P0} free");
    }
}
