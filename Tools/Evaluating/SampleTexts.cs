namespace QEngine.Tools.Evaluating;

/// <summary>English texts of several lengths and kinds, to compare models on where no others are given.</summary>
internal static class SampleTexts
{
    /// <summary>The texts.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "what is a qubit",
        "how long do boiled eggs keep in the fridge",
        "capital of australia",
        "symptoms of vitamin d deficiency",
        "difference between tcp and udp",
        "Why is the sky blue?",
        "Who wrote The Old Man and the Sea?",
        "average price of a bicycle 2019",
        "A red car is parked in front of an old house.",
        "The children are playing football in the rain.",
        "She sold the company and moved to a small island.",
        "Nobody had expected the river to rise that quickly.",
        "The method throws an exception if the argument is null.",
        "Returns the number of elements in a sequence that satisfy a condition.",
        "git rebase moves a branch onto another commit.",
        "SELECT name FROM customers WHERE country = 'NL' ORDER BY name;",
        "The committee approved the budget on Tuesday, after a debate of three hours; two members voted against it.",
        "Photosynthesis is the process by which green plants turn light, water and carbon dioxide into sugar and oxygen.",
        "The interest rate was raised by a quarter of a percentage point, to 4.25 %, the highest value in fifteen years.",
        "Aspirin thins the blood. Patients who take it daily should tell their doctor before an operation, and those with an ulcer "
        + "should not take it at all.",
        "To make bread, mix flour, water, salt and yeast, knead the dough for ten minutes, let it rise until it has doubled, shape it, "
        + "let it rise once more and bake it in a hot oven until the crust is brown.",
        "The Hanseatic League was a confederation of merchant guilds and market towns in Northern Europe. It grew from a few German towns "
        + "in the twelfth century and dominated trade on the Baltic and the North Sea for three hundred years.",
        "In quantum mechanics the state of a particle is described by a wave function. The square of its magnitude gives the probability "
        + "of finding the particle at a place. Between measurements it changes by Schroedinger's equation, which is linear, so that sums "
        + "of solutions are solutions too.",
        "A hash table stores pairs of keys and values in an array. A function turns each key into a place in the array; where two keys "
        + "meet in one place, the pairs are kept in a list, or the next free place is taken. With a good function and enough places, a "
        + "key is found in constant time on average, however many there are.",
        "The tenant shall pay the rent on the first day of every month. If the rent is more than ten days late, the landlord may charge "
        + "interest from the first day on. The deposit is returned within thirty days after the end of the lease, less the cost of "
        + "repairs for which the tenant is responsible.",
        "Le petit chat dort sur la chaise.",
        "Der Zug nach Hamburg hat heute zwanzig Minuten Verspätung.",
        "2024-05-17 13:04:55 ERROR Connection to 10.0.0.12:5432 refused",
        "E = m c^2",
        "yes",
        "?!",
        "Thank you for your order! It has been shipped and should arrive within three to five working days. :-)",
    ];
}
