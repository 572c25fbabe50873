using System.Reflection;
using Granary.Core.Ports;

namespace Granary.Testing;

/// <summary>A state store that tells of every call: to let calls fail, or to do something between two of them.</summary>
public class WatchedState : DispatchProxy
{
    private IStateStore inner = null!;
    private Action<string> before = null!;
    private Action<string> after = null!;

    /// <param name="inner">Where the calls go.</param>
    /// <param name="before">Called with the method's name before each call; may throw.</param>
    /// <param name="after">Called when the call has ended.</param>
    public static IStateStore Over(IStateStore inner, Action<string>? before = null, Action<string>? after = null)
    {
        var state = Create<IStateStore, WatchedState>();
        var watched = (WatchedState)(object)state;
        (watched.inner, watched.before, watched.after) = (inner, before ?? (_ => { }), after ?? (_ => { }));
        return state;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        before(targetMethod!.Name);
        var answer = targetMethod.Invoke(inner, args);
        if (answer is Task call)
        {
            ((IAsyncResult)call).AsyncWaitHandle.WaitOne();
        }

        after(targetMethod.Name);
        return answer;
    }
}
