using QEngine;
using QEngine.Collections;

// aotsearch INDEX "question": the nearest documents of an index that qengine index wrote, each with its score.
if (args is not [string folder, string question])
{
    Console.Error.WriteLine("aotsearch: expected an index and a question");
    return 2;
}
try
{
    using SearchIndex index = SearchIndex.Open(folder);
    foreach (SearchHit hit in index.Search(question, top: 3)) Console.WriteLine($"{hit.Score:F4}\t{hit.Id}\t{hit.Text}");
    return 0;
}
catch (QEngineException failure)
{
    Console.Error.WriteLine($"aotsearch: {failure.Message}");
    return 1;
}
