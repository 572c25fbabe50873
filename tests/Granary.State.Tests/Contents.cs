using System.Text.Json;

namespace Granary.State.Tests;

/// <summary>Compares records whose lists may be of any type.</summary>
public static class Contents
{
    public static void ShouldHaveTheContentOf<T>(this T? actual, T expected) =>
        JsonSerializer.Serialize(actual).ShouldBe(JsonSerializer.Serialize(expected));
}
