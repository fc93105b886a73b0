using Xunit.Abstractions;
using Xunit.Sdk;

namespace P2Panda.Libp2p.Nat.Tests;

/// <summary>Scenarios in the order of the table: A2, D1, D2, … D10, …</summary>
public sealed class ByName : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase =>
        testCases.OrderBy(test => Key(test.TestMethod.Method.Name)).ThenBy(test => test.DisplayName, StringComparer.Ordinal);

    private static (char, int) Key(string name) => (name[0], int.Parse(name.Split('_')[0].AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));
}
