using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Entries;

/// <summary>Entries in the order in which they were stored.</summary>
internal sealed record EntryPage(
    [property: Description("The entries.")] IReadOnlyList<EntryReport> Entries,
    [property: Description("What to give as 'after' for the next page.")] long Next,
    [property: Description("Number of the newest change; the page is the last when 'next' has come so far.")] long LastChange);
