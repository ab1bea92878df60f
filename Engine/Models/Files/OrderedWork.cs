using System.Runtime.ExceptionServices;
using QEngine.Workers;

namespace QEngine.Models;

/// <summary>Items done by several threads at a time. Where some fail the first of them is told, whatever the threads did.</summary>
internal static class OrderedWork
{
    /// <summary>Does all items, those after one that fails too.</summary>
    /// <param name="workers">The threads to use.</param>
    /// <param name="count">How many items.</param>
    /// <param name="item">Does one.</param>
    public static void For(WorkerPool workers, int count, Action<int> item)
    {
        ExceptionDispatchInfo?[] failures = new ExceptionDispatchInfo?[count];
        Body body = new(item, failures);
        workers.For(count, ref body);
        foreach (ExceptionDispatchInfo? failure in failures) failure?.Throw();
    }

    private readonly struct Body(Action<int> item, ExceptionDispatchInfo?[] failures) : IParallelBody
    {
        public void Invoke(int number)
        {
            try
            {
                item(number);
            }
            catch (Exception failure)
            {
                failures[number] = ExceptionDispatchInfo.Capture(failure);
            }
        }
    }
}
